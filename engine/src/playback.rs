//! Where can the conversation be replayed?
//!
//! A playback link opens without a login, so whoever has it may look: it must not be guessable (PB-01). Its capability is
//! a keyed hash of the device under the deployment's secret, 128 bits: SipHash-2-4 with two keys. The same device has the
//! same link for ever, so that earlier Events lead to the extended recording (PB-05, PB-06d); another device has another
//! (PB-07d).

use crate::{Config, DeviceId, Rule};

/// The capability of a device's recording: 32 hexadecimal digits.
pub fn playback_token(secret: u64, device: &DeviceId) -> String {
    let half = |purpose: u64| sip_hash_2_4((secret, purpose), device.as_str().as_bytes());
    format!("{:016x}{:016x}", half(FIRST_HALF), half(SECOND_HALF))
}

/// The link to a device's recording.
pub fn playback_url(config: &Config, device: &DeviceId) -> String {
    format!("{}/{}", config.playback_base, playback_token(config.playback_secret, device))
}

/// Whether a visitor's conversation extends a recording, by how many conversations there are with it; why.
pub fn extends_recording(conversations: u32) -> Option<Rule> {
    (conversations > 1).then_some(Rule::RecordingExtended)
}

/// Tell the two keys apart; "playback" and "kcabyalp" in ASCII.
const FIRST_HALF: u64 = 0x706c_6179_6261_636b;
const SECOND_HALF: u64 = 0x6b63_6162_7961_6c70;

/// `SipHash` with two rounds a word and four at the end, as its authors define it.
fn sip_hash_2_4((k0, k1): (u64, u64), message: &[u8]) -> u64 {
    let mut state = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let mut words = message.chunks_exact(8);
    for word in words.by_ref() {
        absorb(&mut state, little_endian(word));
    }
    let length = u64::try_from(message.len()).unwrap_or(u64::MAX);
    absorb(&mut state, little_endian(words.remainder()) | (length << 56));
    let [_, _, v2, _] = &mut state;
    *v2 ^= 0xff;
    for _ in 0..4 {
        round(&mut state);
    }
    state.into_iter().fold(0, |mixed, it| mixed ^ it)
}

fn absorb(state: &mut [u64; 4], word: u64) {
    let [_, _, _, v3] = state;
    *v3 ^= word;
    round(state);
    round(state);
    let [v0, _, _, _] = state;
    *v0 ^= word;
}

fn round(state: &mut [u64; 4]) {
    let [v0, v1, v2, v3] = state;
    *v0 = v0.wrapping_add(*v1);
    *v1 = v1.rotate_left(13) ^ *v0;
    *v0 = v0.rotate_left(32);
    *v2 = v2.wrapping_add(*v3);
    *v3 = v3.rotate_left(16) ^ *v2;
    *v0 = v0.wrapping_add(*v3);
    *v3 = v3.rotate_left(21) ^ *v0;
    *v2 = v2.wrapping_add(*v1);
    *v1 = v1.rotate_left(17) ^ *v2;
    *v2 = v2.rotate_left(32);
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acme;

    /// The authors' vectors: key 00 01 … 0f, messages of the bytes 00, 00 01, and so on.
    #[test]
    fn sip_hash_gives_its_published_values() {
        let key = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);
        let message: Vec<u8> = (0..15).collect();
        assert_eq!(sip_hash_2_4(key, &message), 0xa129_ca61_49be_45e5);
        assert_eq!(sip_hash_2_4(key, &[]), 0x726f_db47_dd0e_0e31);
        assert_eq!(sip_hash_2_4(key, &[0]), 0x74f8_39c5_93dc_67fd);
        assert_eq!(sip_hash_2_4(key, &message[..8]), 0x93f5_f579_9a93_2462);
    }

    #[test]
    fn a_device_has_the_same_link_for_ever_and_another_device_another() {
        let config = acme::config();
        let laptop = playback_url(&config, &"laptop".into());
        assert_eq!(laptop, playback_url(&config, &"laptop".into()));
        assert_ne!(laptop, playback_url(&config, &"phone".into()));
        let token = laptop.strip_prefix("https://play.example/r/").unwrap();
        assert_eq!(token.len(), 32);
        assert!(token.bytes().all(|it| it.is_ascii_hexdigit()));
    }

    #[test]
    fn a_second_conversation_extends_the_recording() {
        assert_eq!(extends_recording(1), None);
        assert_eq!(extends_recording(2), Some(Rule::RecordingExtended));
    }

    #[test]
    fn the_secret_decides_the_link() {
        assert_ne!(playback_token(1, &"laptop".into()), playback_token(2, &"laptop".into()));
    }
}
