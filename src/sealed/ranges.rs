//! Where a plaintext byte lies in an age file, and how long each is.
//!
//! An age file is a header of H bytes, a nonce of 16, and a payload of L bytes: chunks of 64 KiB of
//! plaintext, each followed by a tag of 16 bytes. All arithmetic is checked: lengths that no age
//! file can have are `None`, never a wrong number.

use std::ops::Range;

/// Plaintext bytes in a whole chunk.
pub const CHUNK: u64 = 65_536;
/// Bytes of a whole sealed chunk.
pub const SEALED_CHUNK: u64 = CHUNK + TAG;
/// Bytes of an authentication tag.
pub const TAG: u64 = 16;
/// Bytes of the nonce between header and payload.
pub const NONCE: u64 = 16;

/// How many chunks a payload of `payload_len` bytes has, or `None` when no payload has that length.
#[must_use]
pub fn chunks(payload_len: u64) -> Option<u64> {
    let rest = payload_len % SEALED_CHUNK;
    if payload_len < TAG || (payload_len != TAG && 0 < rest && rest <= TAG) {
        return None;
    }
    Some(payload_len.div_ceil(SEALED_CHUNK))
}

/// The plaintext length P of a payload of L bytes, or `None` when no payload has that length.
#[must_use]
pub fn plaintext_len(payload_len: u64) -> Option<u64> {
    Some(payload_len - TAG * chunks(payload_len)?)
}

/// The payload length L of a plaintext of P bytes.
#[must_use]
pub fn payload_len(plaintext_len: u64) -> Option<u64> {
    let chunks = plaintext_len.div_ceil(CHUNK).max(1);
    plaintext_len.checked_add(chunks.checked_mul(TAG)?)
}

/// The length F of the whole age file, with a header of `header_len` bytes.
#[must_use]
pub fn sealed_len(header_len: u64, plaintext_len: u64) -> Option<u64> {
    header_len.checked_add(NONCE)?.checked_add(payload_len(plaintext_len)?)
}

/// The plaintext length of a whole age file, or `None` when the lengths are not those of one.
#[must_use]
pub fn plaintext_len_of_file(header_len: u64, file_len: u64) -> Option<u64> {
    plaintext_len(file_len.checked_sub(header_len.checked_add(NONCE)?)?)
}

/// Where the chunks lie that hold the plaintext bytes `wanted`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Numbers of the chunks.
    pub chunks: Range<u64>,
    /// Their bytes in the age file.
    pub bytes: Range<u64>,
    /// How many plaintext bytes of the first chunk come before `wanted`.
    pub skip: u64,
}

/// Finds the chunks of plaintext `wanted` in a file of `file_len` bytes; `None` when the range is
/// empty or leaves the plaintext, or the file can not be an age file.
#[must_use]
pub fn span(header_len: u64, file_len: u64, wanted: Range<u64>) -> Option<Span> {
    let plaintext = plaintext_len_of_file(header_len, file_len)?;
    if wanted.start >= wanted.end || wanted.end > plaintext {
        return None;
    }
    let start = header_len + NONCE;
    let (first, last) = (wanted.start / CHUNK, (wanted.end - 1) / CHUNK);
    Some(Span {
        chunks: first..last + 1,
        bytes: start + first * SEALED_CHUNK
            ..start.saturating_add((last + 1).saturating_mul(SEALED_CHUNK)).min(file_len),
        skip: wanted.start - first * CHUNK,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_empty_payload_is_one_empty_chunk() {
        assert_eq!(plaintext_len(16), Some(0));
        assert_eq!(chunks(16), Some(1));
        assert_eq!(payload_len(0), Some(16));
    }

    #[test]
    fn a_final_chunk_that_is_empty_or_shorter_than_its_tag_is_no_payload() {
        for illegal in [0, 15, SEALED_CHUNK + 1, SEALED_CHUNK + 16, 3 * SEALED_CHUNK + 7] {
            assert_eq!(plaintext_len(illegal), None, "{illegal}");
        }
        assert_eq!(plaintext_len(SEALED_CHUNK), Some(CHUNK));
        assert_eq!(plaintext_len(SEALED_CHUNK + 17), Some(CHUNK + 1));
    }

    #[test]
    fn lengths_at_the_end_of_u64_do_not_overflow() {
        assert_eq!(payload_len(u64::MAX), None);
        assert_eq!(sealed_len(u64::MAX, 0), None);
        assert_eq!(plaintext_len_of_file(u64::MAX, u64::MAX), None);
        // The longest payload below 2^64 that is one.
        let payload = u64::MAX - 184 - (u64::MAX - 184) % SEALED_CHUNK;
        let (file, plain) = (payload + 184, plaintext_len(payload).unwrap());
        assert_eq!(span(168, file, plain - 1..plain).unwrap().bytes.end, file);
    }

    proptest! {
        #[test]
        fn sizes_go_there_and_back(header in 100u64..1025, plain in 0u64..1 << 40) {
            let file = sealed_len(header, plain).unwrap();
            prop_assert_eq!(plaintext_len_of_file(header, file), Some(plain));
        }

        #[test]
        fn a_legal_payload_length_belongs_to_one_plaintext(len in 0u64..1 << 40) {
            if let Some(plain) = plaintext_len(len) {
                prop_assert_eq!(payload_len(plain), Some(len));
            }
        }

        #[test]
        fn a_span_holds_what_was_wanted_and_no_chunk_more(
            header in 100u64..1025, plain in 1u64..300_000, a in 0u64..300_000, b in 0u64..300_000,
        ) {
            let (a, b) = (a % plain, b % plain);
            let wanted = a.min(b)..a.max(b) + 1;
            let file = sealed_len(header, plain).unwrap();
            let found = span(header, file, wanted.clone()).unwrap();
            prop_assert!(found.skip < CHUNK);
            prop_assert_eq!(found.chunks.start * CHUNK + found.skip, wanted.start);
            prop_assert!(found.chunks.end * CHUNK >= wanted.end);
            prop_assert!((found.chunks.end - 1) * CHUNK < wanted.end);
            prop_assert!(found.bytes.end <= file);
            let sealed = found.bytes.end - found.bytes.start;
            let count = found.chunks.end - found.chunks.start;
            prop_assert!(sealed - count * TAG >= found.skip + (wanted.end - wanted.start));
        }
    }
}
