//! A name that a stranger chose, made safe to write into a folder.
//!
//! The result is one path component of at most 255 bytes: no separator, no control, format or
//! direction-changing character, no leading dot, no trailing dot or space, no name that a system
//! reserves, never empty. The extension survives when the name is too long.

const MOST: usize = 255;
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// The safe form of `name`; `n` names a file whose name has nothing left.
#[must_use]
pub fn safe(name: &str, n: u8) -> String {
    let kept: String =
        name.chars().filter(|c| !is_hidden(*c)).map(|c| if is_unsafe(c) { '_' } else { c }).collect();
    let trimmed = kept.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let trimmed = if trimmed.chars().all(|c| c == '_') { "" } else { trimmed };
    if trimmed.is_empty() {
        return format!("file-{n}");
    }
    let stem = trimmed.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let device =
        stem.strip_prefix("com").or(stem.strip_prefix("lpt")).is_some_and(|d| d.chars().count() == 1);
    if RESERVED.contains(&stem.as_str()) || device {
        return shortened(&format!("_{trimmed}"), "");
    }
    shortened(trimmed, "")
}

/// `name` with ` (count)` before its extension, for a folder that already has it.
#[must_use]
pub fn numbered(name: &str, count: u32) -> String {
    shortened(name, &format!(" ({count})"))
}

/// Cuts the stem, on a character boundary, so that stem, `mark` and extension fit.
fn shortened(name: &str, mark: &str) -> String {
    let (stem, extension) = match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= 32 => name.split_at(dot),
        _ => (name, ""),
    };
    let mut end = stem.len().min(MOST - mark.len() - extension.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{mark}{extension}", &stem[..end])
}

/// Text of someone else for one line of a terminal: nothing in it commands the terminal or turns the line round.
#[must_use]
pub fn in_line(text: &str) -> String {
    let turns = |c: &char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !turns(c)).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Separators and what other systems refuse in a name.
fn is_unsafe(c: char) -> bool {
    matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
}

/// Control characters, and those that change direction or take no room: they make a name look like another.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_names_become_plain_ones() {
        for (name, expected) in [
            ("set 1.mp4", "set 1.mp4"),
            ("Übung – Ärmel.mov", "Übung – Ärmel.mov"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("/etc/passwd", "_etc_passwd"),
            ("C:\\Windows\\x.exe", "C__Windows_x.exe"),
            ("a\0b\n\u{1b}[31mc", "ab[31mc"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            (".bashrc", "bashrc"),
            ("..", "file-3"),
            ("///", "file-3"),
            ("", "file-3"),
            ("name. . .", "name"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com1.log", "_com1.log"),
            ("company.log", "company.log"),
        ] {
            assert_eq!(safe(name, 3), expected, "{name:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = safe(&format!("{}.mp4", "ä".repeat(1000)), 0);
        assert!(name.len() <= 255 && name.ends_with("ä.mp4"), "{name}");
        assert!(numbered(&name, 12).ends_with("ä (12).mp4"));
        assert!(numbered(&name, 12).len() <= 255);
        assert_eq!(numbered("README", 2), "README (2)");
    }

    proptest! {
        #[test]
        fn every_name_is_one_component_of_at_most_255_bytes(name: String, n: u8) {
            let safe = safe(&name, n);
            prop_assert!(!safe.is_empty() && safe.len() <= 255);
            prop_assert!(!safe.contains(['/', '\\', '\0']) && !safe.starts_with('.'));
            let components: Vec<_> = std::path::Path::new(&safe).components().collect();
            prop_assert!(matches!(components[..], [std::path::Component::Normal(_)]));
        }
    }
}
