//! QR codes of links, as pictures.

use anyhow::{Context, Result};
use png::{BitDepth, ColorType, Encoder};
use qrcode::render::svg;
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code on each side, as its standard (ISO/IEC 18004) wants them.
const QUIET_ZONE: u32 = 4;

/// A code, and how many pixels one of its modules is wide.
pub struct Qr {
    code: QrCode,
    scale: u32,
}

impl Qr {
    /// The code of `text` in a picture of at most `size` by `size` pixels, but with at least one for each module. Of
    /// what is printed, 15% may be unreadable.
    pub fn new(text: &str, size: u32) -> Result<Self> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).context("no code holds so much")?;
        let scale = (size / side(&code)).max(1);
        Ok(Self { code, scale })
    }

    pub fn svg(&self) -> String {
        self.code.render::<svg::Color>().module_dimensions(self.scale, self.scale).build()
    }

    /// Black and white, one bit a pixel.
    pub fn png(&self) -> Result<Vec<u8>> {
        let pixels = side(&self.code) * self.scale;
        let mut data = Vec::new();
        for module in 0..side(&self.code) {
            let row: Vec<bool> = (0..pixels).map(|x| self.is_dark(x, module * self.scale)).collect();
            // A bit is set for white, and a row ends with a whole byte.
            let bytes = row.chunks(8).map(|byte| {
                byte.iter().enumerate().fold(0, |bits, (bit, dark)| bits | (u8::from(!dark) << (7 - bit)))
            });
            let bytes: Vec<u8> = bytes.collect();
            (0..self.scale).for_each(|_| data.extend_from_slice(&bytes));
        }
        let mut png = Vec::new();
        let mut encoder = Encoder::new(&mut png, pixels, pixels);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::One);
        encoder.write_header()?.write_image_data(&data)?;
        Ok(png)
    }

    fn is_dark(&self, x: u32, y: u32) -> bool {
        let width = self.code.width() as u32;
        let module =
            |pixel: u32| (pixel / self.scale).checked_sub(QUIET_ZONE).filter(|module| *module < width);
        module(x).zip(module(y)).is_some_and(|(x, y)| self.code[(x as usize, y as usize)] == Color::Dark)
    }
}

/// The modules of a side, with the quiet zone.
fn side(code: &QrCode) -> u32 {
    code.width() as u32 + 2 * QUIET_ZONE
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "solana:https%3A%2F%2Fpay.example%2Fpay%2Fpay_0123456789abcdef0123456789abcdef";

    /// The modules of a picture, its quiet zone included, looked at in the middle of each.
    fn modules(qr: &Qr, is_dark: impl Fn(usize, usize) -> bool) -> Vec<bool> {
        let (side, scale) = (side(&qr.code) as usize, qr.scale as usize);
        let middle = |module: usize| module * scale + scale / 2;
        (0..side)
            .flat_map(|y| (0..side).map(move |x| (x, y)))
            .map(|(x, y)| is_dark(middle(x), middle(y)))
            .collect()
    }

    /// The same, as the code itself has them.
    fn expected(qr: &Qr) -> Vec<bool> {
        let (side, width, quiet) = (side(&qr.code) as usize, qr.code.width(), QUIET_ZONE as usize);
        let inside = quiet..quiet + width;
        (0..side)
            .flat_map(|y| (0..side).map(move |x| (x, y)))
            .map(|(x, y)| {
                inside.contains(&x) && inside.contains(&y) && qr.code[(x - quiet, y - quiet)] == Color::Dark
            })
            .collect()
    }

    #[test]
    fn the_png_shows_the_code() {
        for size in [1, 100, 400] {
            let qr = Qr::new(LINK, size).unwrap();
            let mut reader = png::Decoder::new(std::io::Cursor::new(qr.png().unwrap())).read_info().unwrap();
            let mut data = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut data).unwrap();
            assert_eq!(info.width, side(&qr.code) * qr.scale);
            assert!(info.width <= size.max(side(&qr.code)));
            let dark = |x: usize, y: usize| data[y * info.line_size + x / 8] >> (7 - x % 8) & 1 == 0;
            assert_eq!(modules(&qr, dark), expected(&qr));
        }
    }

    #[test]
    fn the_svg_shows_the_code() {
        let qr = Qr::new(LINK, 400).unwrap();
        let svg = qr.svg();
        // Each dark rectangle is written as M{left} {top}h{width}v{height}….
        let path = svg.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
        let rectangles: Vec<[usize; 4]> = path
            .split('M')
            .skip(1)
            .map(|rectangle| {
                let numbers = rectangle.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
                let numbers: Vec<usize> = numbers.take(4).map(|number| number.parse().unwrap()).collect();
                numbers.try_into().unwrap()
            })
            .collect();
        let dark = |x: usize, y: usize| {
            rectangles.iter().any(|[left, top, width, height]| {
                (*left..left + width).contains(&x) && (*top..top + height).contains(&y)
            })
        };
        assert_eq!(modules(&qr, dark), expected(&qr));
    }
}
