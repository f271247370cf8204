//! A QR in the terminal; the only file that names qrcode.

use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

/// Draws `text`, dark on white whatever the terminal's colours are; `None` when it is too long.
pub(super) fn draw(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let drawn = code.render::<Dense1x2>().quiet_zone(true).build();
    Some(drawn.lines().map(|line| format!("\u{1b}[30;107m{line}\u{1b}[0m\n")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_fits_a_small_code() {
        let drawn = draw("https://drop.example.org/u#AAECAwQFBgcICQoLDA0ODw.EBESExQVFhcYGRobHB0eHw").unwrap();
        // Version 5 is 37 modules wide, with a quiet zone of 4 on each side; two modules a line.
        assert_eq!(drawn.lines().count(), (37usize + 8).div_ceil(2));
        assert!(draw(&"x".repeat(5000)).is_none());
    }
}
