//! Numbers of any length as decimal digits: CQL's varint and decimal.

/// A two's complement number, big-endian.
pub fn varint(bytes: &[u8]) -> String {
    let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    // Its magnitude in groups of nine digits, the lowest first: value = value * 256 + byte, for the
    // bytes of |value|, or of |value| - 1 where it is negative.
    let mut groups: Vec<u64> = vec![0];
    for byte in bytes {
        let mut carry = u64::from(if negative { !byte } else { *byte });
        for group in &mut groups {
            let value = *group * 256 + carry;
            *group = value % 1_000_000_000;
            carry = value / 1_000_000_000;
        }
        if carry > 0 {
            groups.push(carry);
        }
    }
    let mut one = u64::from(negative);
    for group in &mut groups {
        *group += one;
        one = *group / 1_000_000_000;
        *group %= 1_000_000_000;
    }
    if one > 0 {
        groups.push(one);
    }
    let mut text = String::from(if negative { "-" } else { "" });
    let mut highest_first = groups.iter().rev();
    if let Some(first) = highest_first.next() {
        text += &first.to_string();
    }
    for group in highest_first {
        text += &format!("{group:09}");
    }
    text
}

/// The same with `scale` digits behind the point; a negative scale is so many zeros more, as an exponent.
pub fn decimal(bytes: &[u8], scale: i32) -> String {
    let whole = varint(bytes);
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole.as_str()),
    };
    match usize::try_from(scale) {
        Ok(0) => whole,
        Ok(scale) if scale <= 100 => {
            let padded = format!("{digits:0>width$}", width = scale + 1);
            let (before, after) = padded.split_at(padded.len() - scale);
            format!("{sign}{before}.{after}")
        }
        _ => format!("{whole}E{}", -i64::from(scale)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints() {
        for value in [
            0i128,
            1,
            -1,
            127,
            -128,
            255,
            -256,
            999_999_999,
            1_000_000_000,
            -1_000_000_000,
            123_456_789_012_345_678_901_234_567_890,
            i128::MIN,
            i128::MAX,
        ] {
            assert_eq!(varint(&value.to_be_bytes()), value.to_string());
        }
        assert_eq!(varint(&[0xff]), "-1");
        assert_eq!(varint(&[0x80]), "-128");
        assert_eq!(varint(&[]), "0");
    }

    #[test]
    fn decimals() {
        assert_eq!(decimal(&1250i32.to_be_bytes(), 2), "12.50");
        assert_eq!(decimal(&(-5i8).to_be_bytes(), 3), "-0.005");
        assert_eq!(decimal(&[7], 0), "7");
        assert_eq!(decimal(&[7], -3), "7E3");
        assert_eq!(decimal(&[7], 1000), "7E-1000");
    }
}
