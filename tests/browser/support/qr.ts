/** What a phone's camera would read in a page. */
import type { Locator } from "playwright-core";
import jsqr from "jsqr";

/** CommonJS: what is called is the default of the default. */
const read = jsqr as unknown as typeof jsqr.default;

/** The text of the QR code that a part of a page shows, from a picture of it as it is shown. */
export async function textOf(code: Locator): Promise<string> {
  await code.scrollIntoViewIfNeeded();
  const picture = (await code.screenshot({ animations: "disabled" })).toString("base64");
  const canvas = await code.page().context().newPage();
  const { width, height, pixels } = await canvas.evaluate(async (picture) => {
    const image = new Image();
    image.src = `data:image/png;base64,${picture}`;
    await image.decode();
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context?.drawImage(image, 0, 0);
    return { width, height, pixels: [...(context?.getImageData(0, 0, width, height).data ?? [])] };
  }, picture);
  await canvas.close();
  const found = read(Uint8ClampedArray.from(pixels), width, height);
  if (!found) throw new Error("no camera could read this code");
  return found.data;
}
