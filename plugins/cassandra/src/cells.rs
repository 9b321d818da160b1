//! Rows of an answer as the border's values: plain types as they are, others as the text of their CQL
//! literal.

use std::ffi::{CString, c_char, c_void};

use scylla::cluster::metadata::{ColumnType, NativeType};
use scylla::deserialize::row::ColumnIterator;
use scylla::deserialize::value::DeserializeValue;
use scylla::response::query_result::QueryRowsResult;
use scylla::value::CqlValue;

use crate::abi::{RowFn, Status, Value, kind};
use crate::digits;
use crate::failure::{Failure, chain};

/// Who takes the rows.
#[derive(Clone, Copy)]
pub struct Taker {
    pub row: Option<RowFn>,
    pub user: *mut c_void,
}

fn decode_failure(error: &dyn std::error::Error) -> Failure {
    Failure::new(
        Status::Fatal,
        c"protocol",
        format!("an answer cannot be read: {}", chain(error)),
    )
}

fn plain(kind: i32, integer: i64) -> Value {
    Value {
        kind,
        integer,
        ..Value::NULL
    }
}

fn real(real: f64) -> Value {
    Value {
        kind: kind::REAL,
        real,
        ..Value::NULL
    }
}

fn bytes(kind: i32, data: &[u8]) -> Value {
    Value {
        kind,
        data: data.as_ptr(),
        len: data.len(),
        ..Value::NULL
    }
}

/// A native type straight from the answer's bytes; None for what must be read first.
fn native(native: &NativeType, data: &[u8]) -> Option<Value> {
    let integer = || {
        let mut wide = [if data.first()? & 0x80 != 0 { 255 } else { 0 }; 8];
        wide[8usize.checked_sub(data.len())?..].copy_from_slice(data);
        Some(i64::from_be_bytes(wide))
    };
    match native {
        NativeType::Text | NativeType::Ascii => Some(bytes(kind::TEXT, data)),
        NativeType::Blob => Some(bytes(kind::BLOB, data)),
        NativeType::Uuid | NativeType::Timeuuid if data.len() == 16 => {
            Some(bytes(kind::UUID, data))
        }
        NativeType::TinyInt
        | NativeType::SmallInt
        | NativeType::Int
        | NativeType::BigInt
        | NativeType::Counter => Some(plain(kind::INTEGER, integer()?)),
        NativeType::Timestamp => Some(plain(kind::TIMESTAMP, integer()?)),
        NativeType::Boolean => Some(plain(kind::BOOLEAN, i64::from(*data.first()? != 0))),
        NativeType::Double => Some(real(f64::from_be_bytes(data.try_into().ok()?))),
        NativeType::Float => {
            // The double with the same digits, as people expect of 0.1.
            let short = f32::from_be_bytes(data.try_into().ok()?);
            Some(real(short.to_string().parse().unwrap_or(f64::from(short))))
        }
        NativeType::Date => {
            let days = u32::from_be_bytes(data.try_into().ok()?);
            Some(plain(kind::DATE, i64::from(days) - (1 << 31)))
        }
        _ => None,
    }
}

/// As people write it; within collections, as CQL does.
fn text_of(value: &CqlValue) -> String {
    match value {
        CqlValue::Varint(number) => digits::varint(number.as_signed_bytes_be_slice()),
        CqlValue::Decimal(number) => {
            let (bytes, scale) = number.as_signed_be_bytes_slice_and_exponent();
            digits::decimal(bytes, scale)
        }
        CqlValue::Inet(address) => address.to_string(),
        CqlValue::Time(_) => value.to_string().replace('\'', ""),
        _ => value.to_string(),
    }
}

/// The rows of one page. False: the taker wants no more.
pub fn give(page: &QueryRowsResult, names: bool, taker: Taker) -> Result<bool, Failure> {
    let Some(row_fn) = taker.row else {
        return Ok(true);
    };
    let specs = page.column_specs();
    let columns = specs.len();
    if names {
        let names: Vec<CString> = specs
            .iter()
            .map(|spec| CString::new(spec.name()).unwrap_or_default())
            .collect();
        let pointers: Vec<*const c_char> = names.iter().map(|name| name.as_ptr()).collect();
        if !unsafe { row_fn(taker.user, columns, pointers.as_ptr(), std::ptr::null()) } {
            return Ok(false);
        }
    }
    let mut values = vec![Value::NULL; columns];
    let mut texts: Vec<String> = vec![String::new(); columns];
    let rows = page
        .rows::<ColumnIterator>()
        .map_err(|error| decode_failure(&error))?;
    for row in rows {
        let row = row.map_err(|error| decode_failure(&error))?;
        for (i, cell) in row.enumerate() {
            let cell = cell.map_err(|error| decode_failure(&error))?;
            let Some(slice) = cell.slice else {
                values[i] = Value::NULL;
                continue;
            };
            let typ = cell.spec.typ();
            let at_once = match typ {
                ColumnType::Native(typ) => native(typ, slice.as_slice()),
                _ => None,
            };
            values[i] = match at_once {
                Some(value) => value,
                None => {
                    let value: Option<CqlValue> = DeserializeValue::deserialize(typ, Some(slice))
                        .map_err(|error| decode_failure(&error))?;
                    texts[i] = value.map_or(String::new(), |value| text_of(&value));
                    bytes(kind::TEXT, texts[i].as_bytes())
                }
            };
        }
        let wanted = unsafe { row_fn(taker.user, columns, std::ptr::null(), values.as_ptr()) };
        if !wanted {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_width() {
        assert_eq!(native(&NativeType::TinyInt, &[255]).unwrap().integer, -1);
        assert_eq!(native(&NativeType::SmallInt, &[1, 0]).unwrap().integer, 256);
        assert_eq!(
            native(&NativeType::BigInt, &i64::MIN.to_be_bytes())
                .unwrap()
                .integer,
            i64::MIN
        );
        assert_eq!(
            native(&NativeType::Date, &[0x80, 0, 0, 1]).unwrap().integer,
            1
        );
        assert_eq!(
            native(&NativeType::Float, &0.1f32.to_be_bytes())
                .unwrap()
                .real,
            0.1
        );
        // an empty value is no number; it is read the long way
        assert!(native(&NativeType::Int, &[]).is_none());
        assert!(native(&NativeType::Varint, &[1]).is_none());
    }
}
