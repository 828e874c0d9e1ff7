//! How does a large part of the page travel? Deflated (with zlib's frame, as browsers unpack it) and in base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// The text, packed into letters, digits, `+`, `/` and `=`.
pub(super) fn pack(text: &str) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(text.as_bytes()).expect("a vector takes whatever is written to it");
    STANDARD.encode(encoder.finish().expect("a vector takes whatever is written to it"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_is_packed_holds_no_markup_and_unpacks_as_it_was() {
        let packed = pack("</template><script>alert(1)</script><!--");
        assert!(packed.chars().all(|it| it.is_ascii_alphanumeric() || "+/=".contains(it)));
        let mut text = String::new();
        let bytes = STANDARD.decode(packed).unwrap();
        flate2::read::ZlibDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
        assert_eq!(text, "</template><script>alert(1)</script><!--");
    }
}
