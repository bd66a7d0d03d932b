/** Logos, all of one size, drawn here from bytes that were checked: an address could give other ones the next time. */

/**
 * Draw a logo into its place, whole and in the middle; where there is none, or it does not come, the place goes. Whose it
 * is the title beside it says.
 * @param {HTMLCanvasElement} canvas
 * @param {(() => Promise<Uint8Array>) | undefined} load
 */
export async function drawLogo(canvas, load) {
  if (load === undefined) {
    canvas.remove();
    return;
  }
  try {
    const picture = await createImageBitmap(new Blob([/** @type {BlobPart} */ (await load())]));
    const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    const place = /** @type {const} */ ([(canvas.width - width) / 2, (canvas.height - height) / 2]);
    canvas.getContext("2d")?.drawImage(picture, ...place, width, height);
  } catch {
    // Not come, not the sealed one, or not readable by this browser: the title stands beside it all the same.
    canvas.remove();
  }
}
