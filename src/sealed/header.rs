//! The header of an age v1 file, parsed whole, so that plaintext can not be stored by mistake.
//!
//! Accepted: at most [`MAX`] bytes, exactly one `X25519` stanza, otherwise only stanzas whose type
//! ends in `-grease`, and a well-formed MAC line. The MAC itself needs the file key and is checked
//! by whoever opens the file.

use super::ranges;
use crate::bytes;

/// The most bytes a header may have.
pub const MAX: usize = 1024;

const VERSION: &[u8] = b"age-encryption.org/v1\n";
const COLUMNS: usize = 64;

/// What the server needs to know of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// H: bytes up to and including the line end after the MAC.
    pub len: usize,
}

/// Why these bytes do not begin an age file that is accepted here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// All is well so far; more bytes are needed.
    #[error("the header is not complete")]
    Incomplete,
    #[error("the header is longer than {MAX} bytes")]
    TooLong,
    #[error("this is not an age file")]
    NotAge,
    #[error("the header is malformed")]
    Malformed,
    #[error("the header does not have exactly one X25519 stanza")]
    Recipients,
    #[error("the header has a stanza of another type")]
    OtherStanza,
}

/// Checks that `file` is a whole age file: an accepted header and a payload of a legal length.
///
/// # Errors
/// As [`parse`]; [`HeaderError::Malformed`] also for a payload that no plaintext has.
pub fn check_whole(file: &[u8]) -> Result<Header, HeaderError> {
    let header = parse(file)?;
    check_len(header, file.len() as u64)?;
    Ok(header)
}

/// Checks that a file of `len` bytes with this header has a payload of a legal length.
///
/// # Errors
/// [`HeaderError::Malformed`].
pub fn check_len(header: Header, len: u64) -> Result<(), HeaderError> {
    match ranges::plaintext_len_of_file(header.len as u64, len) {
        Some(_) => Ok(()),
        None => Err(HeaderError::Malformed),
    }
}

/// Parses the header at the start of `input`, which may go on after it.
///
/// # Errors
/// [`HeaderError::Incomplete`] when `input` is a proper beginning; another one when no
/// continuation could be accepted.
pub fn parse(input: &[u8]) -> Result<Header, HeaderError> {
    let shared = input.len().min(VERSION.len());
    if input[..shared] != VERSION[..shared] {
        return Err(HeaderError::NotAge);
    }
    if shared < VERSION.len() {
        return Err(HeaderError::Incomplete);
    }
    let mut lines = Lines { input, at: shared };
    let mut recipients = 0;
    loop {
        let line = lines.next()?;
        if let Some(mac) = line.strip_prefix(b"--- ") {
            decoded::<32>(mac)?;
            return if recipients == 1 { Ok(Header { len: lines.at }) } else { Err(HeaderError::Recipients) };
        }
        let stanza = line.strip_prefix(b"-> ").ok_or(HeaderError::Malformed)?;
        let mut words = stanza.split(|&b| b == b' ');
        let kind = words.next().unwrap_or_default();
        let arguments: Vec<&[u8]> = words.collect();
        if !std::iter::once(&kind).chain(&arguments).all(|word| is_word(word)) {
            return Err(HeaderError::Malformed);
        }
        if kind == b"X25519" {
            recipients += 1;
            if recipients > 1 {
                return Err(HeaderError::Recipients);
            }
            let [share] = arguments[..] else { return Err(HeaderError::Malformed) };
            decoded::<32>(share)?;
            if body(&mut lines)? != 32 {
                return Err(HeaderError::Malformed);
            }
        } else if kind.ends_with(b"-grease") {
            body(&mut lines)?;
        } else {
            return Err(HeaderError::OtherStanza);
        }
    }
}

/// Reads the body of a stanza: full lines of base64, then one that is not full. Returns its length.
fn body(lines: &mut Lines<'_>) -> Result<usize, HeaderError> {
    let mut text = Vec::new();
    loop {
        let line = lines.next()?;
        text.extend_from_slice(line);
        match line.len() {
            COLUMNS => {}
            0..COLUMNS => break,
            _ => return Err(HeaderError::Malformed),
        }
    }
    standard(&text).map(|bytes| bytes.len())
}

fn is_word(word: &[u8]) -> bool {
    !word.is_empty() && word.iter().all(u8::is_ascii_graphic)
}

fn decoded<const N: usize>(text: &[u8]) -> Result<[u8; N], HeaderError> {
    standard(text)?.try_into().map_err(|_| HeaderError::Malformed)
}

/// age writes the standard alphabet where everything else here is base64url.
fn standard(text: &[u8]) -> Result<Vec<u8>, HeaderError> {
    let text = std::str::from_utf8(text).map_err(|_| HeaderError::Malformed)?;
    bytes::decode_standard(text).map_err(|_| HeaderError::Malformed)
}

/// Lines of a header, each ending in LF; the limit is held here.
struct Lines<'a> {
    input: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<&'a [u8], HeaderError> {
        let rest = &self.input[self.at..];
        let Some(end) = rest.iter().take(MAX - self.at.min(MAX)).position(|&b| b == b'\n') else {
            return Err(if self.input.len() >= MAX { HeaderError::TooLong } else { HeaderError::Incomplete });
        };
        self.at += end + 1;
        Ok(&rest[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SHARE: &str = "TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc";
    const BODY: &str = "EmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U";
    const MAC: &str = "gxhoSa5BciRDt8lOpYNcx4EYtKpS0CJ06F3ZwN82VaM";

    fn header(stanzas: &[&str]) -> Vec<u8> {
        format!("age-encryption.org/v1\n{}--- {MAC}\n", stanzas.concat()).into_bytes()
    }

    fn recipient() -> String {
        format!("-> X25519 {SHARE}\n{BODY}\n")
    }

    #[test]
    fn one_recipient_is_accepted_and_the_payload_is_left_alone() {
        let mut file = header(&[&recipient()]);
        let len = file.len();
        assert_eq!(len, 168);
        file.extend_from_slice(&[0xff; 2000]);
        assert_eq!(parse(&file), Ok(Header { len }));
    }

    #[test]
    fn grease_is_accepted_beside_the_recipient() {
        let full = "A".repeat(64);
        let grease = format!("-> ab-grease x% y\n{full}\nAAAA\n");
        let none = "-> -grease\n\n".to_owned();
        for stanzas in [[recipient(), grease.clone()], [grease, recipient()], [none, recipient()]] {
            let file = header(&[&stanzas[0], &stanzas[1]]);
            assert_eq!(parse(&file), Ok(Header { len: file.len() }));
        }
    }

    #[test]
    fn none_or_two_recipients_are_refused() {
        assert_eq!(parse(&header(&[])), Err(HeaderError::Recipients));
        assert_eq!(parse(&header(&[&recipient(), &recipient()])), Err(HeaderError::Recipients));
    }

    #[test]
    fn stanzas_of_other_types_are_refused() {
        for kind in ["scrypt", "x25519", "ssh-rsa", "X25519-grease-", "piv-p256"] {
            let other = format!("-> {kind} AAAA\n{BODY}\n");
            assert_eq!(parse(&header(&[&recipient(), &other])), Err(HeaderError::OtherStanza), "{kind}");
        }
    }

    #[test]
    fn malformed_stanzas_are_refused() {
        for bad in [
            format!("-> X25519\n{BODY}\n"),
            format!("-> X25519 {SHARE} more\n{BODY}\n"),
            format!("-> X25519  {SHARE}\n{BODY}\n"),
            format!("-> X25519 {SHARE}=\n{BODY}\n"),
            format!("-> X25519 {SHARE}\r\n{BODY}\r\n"),
            format!("-> X25519 {SHARE}\n{BODY}A\n"),
            format!("-> X25519 {SHARE}\n\n"),
            format!("-> X25519 {SHARE}\n{}5\n", &BODY[..42]),
            format!("-> X25519 {SHARE}\n{}\n", "A".repeat(65)),
            format!("->X25519 {SHARE}\n{BODY}\n"),
            "text\n".to_owned(),
        ] {
            assert_eq!(parse(&header(&[&bad])), Err(HeaderError::Malformed), "{bad}");
        }
        let mac = format!("age-encryption.org/v1\n{}--- {}\n", recipient(), &MAC[..42]);
        assert_eq!(parse(mac.as_bytes()), Err(HeaderError::Malformed));
    }

    #[test]
    fn a_picture_or_text_is_refused_from_its_first_bytes() {
        for file in [&b"\x89PNG"[..], b"hello", b"age-encryption.org/v2\n", b"-----BEGIN AGE"] {
            assert_eq!(parse(file), Err(HeaderError::NotAge));
        }
    }

    #[test]
    fn a_header_of_1024_bytes_is_accepted_and_one_more_is_not() {
        for (total, good) in [(MAX, true), (MAX + 1, false)] {
            let left = total - header(&[&recipient(), "-> -grease\n\n"]).len();
            let (whole, rest) = ((left / 65), left % 65);
            let full = format!("{}\n", "A".repeat(64)).repeat(whole);
            let grease = format!("-> {}-grease\n{full}\n", "g".repeat(rest));
            let file = header(&[&recipient(), &grease]);
            assert_eq!(file.len(), total);
            let expected = if good { Ok(Header { len: total }) } else { Err(HeaderError::TooLong) };
            assert_eq!(parse(&file), expected);
        }
    }

    #[test]
    fn every_proper_beginning_is_incomplete() {
        let file = header(&[&recipient(), "-> a-grease b\n\n"]);
        for end in 0..file.len() {
            assert_eq!(parse(&file[..end]), Err(HeaderError::Incomplete), "{end}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(input in prop::collection::vec(any::<u8>(), 0..1500)) {
            let _ = parse(&input);
            let _ = parse(&[VERSION, &input].concat());
        }

        #[test]
        fn a_changed_byte_never_lengthens_the_header_beyond_the_limit(at in 0usize..168, byte: u8) {
            let mut file = header(&[&recipient()]);
            file[at] = byte;
            if let Ok(found) = parse(&file) {
                prop_assert!(found.len <= MAX);
            }
        }
    }
}
