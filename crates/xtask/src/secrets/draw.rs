//! Draws of a fixed seed: the same set on every machine.

/// Letters by class, as in `crates/secrets/data/formats.tsv`.
const CLASSES: &[(char, &str)] = &[
    ('d', "0123456789"),
    ('h', "0123456789abcdef"),
    ('X', "0123456789ABCDEF"),
    ('l', "abcdefghijklmnopqrstuvwxyz0123456789"),
    ('U', "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
    ('a', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ('A', "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ('z', "abcdefghijklmnopqrstuvwxyz"),
    ('b', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
    ('k', "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    ('u', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"),
    ('T', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~.-"),
    ('S', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    ('t', "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    ('v', "abcdefghijklmnopqrstuvwxyz234567"),
    // What a password generator draws from, without quotes and backslashes.
    ('p', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!%*-_+=^~.,"),
];

/// A generator that every file starts anew, so that a change to one leaves the others alone.
pub(crate) struct Draw {
    state: u64,
}

impl Draw {
    pub(crate) fn new(seed: &str) -> Self {
        // FNV-1a; the constant keeps the state from zero.
        let state = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, it| {
            (hash ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3)
        });
        Self { state: state | 1 }
    }

    pub(crate) fn number(&mut self) -> u64 {
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.state;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.number() >> 16).unwrap_or(0) % limit.max(1)
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| (self.number() >> 56) as u8).collect()
    }

    /// So many letters of a class; `None` for an unknown class.
    pub(crate) fn letters(&mut self, class: char, count: usize) -> Option<String> {
        let (_, alphabet) = CLASSES.iter().find(|(it, _)| *it == class)?;
        let letters: Vec<char> = alphabet.chars().collect();
        (0..count).map(|_| letters.get(self.below(letters.len())).copied()).collect()
    }

    pub(crate) fn uuid(&mut self) -> String {
        let mut part = |count| self.letters('h', count).unwrap_or_default();
        format!("{}-{}-4{}-a{}-{}", part(8), part(4), part(3), part(3), part(12))
    }
}
