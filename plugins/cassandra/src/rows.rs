//! Rows of Arrow columns and bound values, as the driver asks for them: written straight from where
//! they lie into the request.

use scylla::cluster::metadata::{ColumnType, NativeType};
use scylla::serialize::SerializationError;
use scylla::serialize::row::{RowSerializationContext, SerializeRow};
use scylla::serialize::writers::{CellOverflowError, RowWriter};

use crate::abi::{self, Column, Value, column, kind};

/// One row of a batch, and its stamp.
pub struct Row<'a> {
    pub columns: &'a [Column],
    pub row: usize,
    pub stamp: i64,
    pub unset_nulls: bool,
}

impl Column {
    fn is_null(&self, row: usize) -> bool {
        // A column without NULLs has no bitmap.
        !self.validity.is_null() && unsafe { *self.validity.add(row / 8) } >> (row % 8) & 1 == 0
    }

    /// # Safety
    /// The column holds values of this type, and has such a row.
    unsafe fn at<T: Copy>(&self, row: usize) -> T {
        unsafe { *self.data.cast::<T>().add(row) }
    }

    fn text(&self, row: usize) -> &[u8] {
        let (start, end) = unsafe { (*self.offsets.add(row), *self.offsets.add(row + 1)) };
        // A column of empty texts has no bytes to point to.
        unsafe {
            abi::slice(
                self.data.cast::<u8>().wrapping_add(start as usize),
                (end - start) as usize,
            )
        }
    }
}

/// What Cassandra counts of a cell beside its value (timestamp, time to live, when it was deleted), and of a row beside its cells.
const CELL_BYTES: usize = 16;
const ROW_BYTES: usize = 32;

impl Row<'_> {
    /// As Cassandra sizes it in a batch (batch_size_warn_threshold).
    pub fn stored_bytes(&self) -> usize {
        let cell = |column: &Column| {
            let value = match column.column_type {
                _ if column.is_null(self.row) => 0,
                column::TEXT => column.text(self.row).len(),
                column::UUID => 16,
                column::INT | column::DATE => 4,
                column::BOOLEAN => 1,
                _ => 8,
            };
            CELL_BYTES + value
        };
        ROW_BYTES + self.columns.iter().map(cell).sum::<usize>()
    }
}

fn overflow(error: CellOverflowError) -> SerializationError {
    SerializationError::new(error)
}

impl SerializeRow for Row<'_> {
    fn serialize(
        &self,
        _: &RowSerializationContext<'_>,
        writer: &mut RowWriter,
    ) -> Result<(), SerializationError> {
        let row = self.row;
        for column in self.columns {
            let cell = writer.make_cell_writer();
            if column.is_null(row) {
                if self.unset_nulls {
                    cell.set_unset();
                } else {
                    cell.set_null();
                }
                continue;
            }
            unsafe {
                match column.column_type {
                    column::TEXT => cell.set_value(column.text(row)),
                    column::UUID => cell.set_value(&column.at::<[u8; 16]>(row)),
                    column::INT => cell.set_value(&column.at::<i32>(row).to_be_bytes()),
                    column::BIGINT => cell.set_value(&column.at::<i64>(row).to_be_bytes()),
                    column::DOUBLE => cell.set_value(&column.at::<f64>(row).to_be_bytes()),
                    column::BOOLEAN => cell.set_value(&[column.at::<u8>(row / 8) >> (row % 8) & 1]),
                    column::TIMESTAMP => {
                        // The server knows milliseconds; what is below is cut, also before 1970.
                        cell.set_value(&column.at::<i64>(row).div_euclid(1000).to_be_bytes())
                    }
                    column::DATE => cell.set_value(&date(column.at::<i32>(row).into())),
                    _ => return Err(unknown("a column", column.column_type as i32)),
                }
                .map_err(overflow)?;
            }
        }
        writer
            .make_cell_writer()
            .set_value(&self.stamp.to_be_bytes())
            .map_err(overflow)?;
        Ok(())
    }

    fn is_empty(&self) -> bool {
        false
    }
}

/// Days since 1970 as the protocol has them: 2^31 is 1970-01-01.
fn date(days: i64) -> [u8; 4] {
    ((days + (1 << 31)) as u32).to_be_bytes()
}

#[derive(Debug)]
struct Unknown(&'static str, i32);

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of a kind that is not known here: {}", self.0, self.1)
    }
}

impl std::error::Error for Unknown {}

fn unknown(what: &'static str, kind: i32) -> SerializationError {
    SerializationError::new(Unknown(what, kind))
}

/// Values bound one by one, each in the width that its marker has.
pub struct Values<'a>(pub &'a [Value]);

impl SerializeRow for Values<'_> {
    fn serialize(
        &self,
        context: &RowSerializationContext<'_>,
        writer: &mut RowWriter,
    ) -> Result<(), SerializationError> {
        if context.columns().len() != self.0.len() {
            return Err(unknown("a number of values", self.0.len() as i32));
        }
        for (value, spec) in self.0.iter().zip(context.columns()) {
            let cell = writer.make_cell_writer();
            match value.kind {
                kind::NULL => {
                    cell.set_null();
                    continue;
                }
                kind::TEXT | kind::BLOB => {
                    cell.set_value(unsafe { abi::slice(value.data, value.len) })
                }
                kind::INTEGER => match spec.typ() {
                    ColumnType::Native(NativeType::Int) => {
                        cell.set_value(&(value.integer as i32).to_be_bytes())
                    }
                    _ => cell.set_value(&value.integer.to_be_bytes()),
                },
                kind::REAL => cell.set_value(&value.real.to_be_bytes()),
                kind::BOOLEAN => cell.set_value(&[u8::from(value.integer != 0)]),
                kind::TIMESTAMP => cell.set_value(&value.integer.to_be_bytes()),
                kind::DATE => cell.set_value(&date(value.integer)),
                other => return Err(unknown("a value", other)),
            }
            .map_err(overflow)?;
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::c_void;

    fn column(column_type: u32, validity: &[u8], offsets: &[i32], data: *const c_void) -> Column {
        Column {
            column_type,
            length: 2,
            null_count: 0,
            validity: if validity.is_empty() {
                std::ptr::null()
            } else {
                validity.as_ptr()
            },
            offsets: offsets.as_ptr(),
            data,
        }
    }

    fn bytes(columns: &[Column], row: usize, unset_nulls: bool) -> Vec<u8> {
        let mut out = Vec::new();
        let row = Row {
            columns,
            row,
            stamp: 7,
            unset_nulls,
        };
        row.serialize(
            &RowSerializationContext::empty(),
            &mut RowWriter::new(&mut out),
        )
        .unwrap();
        out
    }

    const STAMP: [u8; 12] = [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7];

    #[test]
    fn every_type_has_the_bytes_of_the_protocol() {
        let texts = b"abc";
        let ints: [i32; 2] = [-1, 2];
        let times: [i64; 2] = [-1, 1_500_999];
        let days: [i32; 2] = [-1, 0];
        let flags = [0b10u8];
        let columns = [
            column(column::TEXT, &[], &[0, 1, 3], texts.as_ptr().cast()),
            column(column::INT, &[], &[], ints.as_ptr().cast()),
            column(column::TIMESTAMP, &[], &[], times.as_ptr().cast()),
            column(column::DATE, &[], &[], days.as_ptr().cast()),
            column(column::BOOLEAN, &[], &[], flags.as_ptr().cast()),
        ];
        let mut expected = vec![0, 0, 0, 1, b'a', 0, 0, 0, 4, 255, 255, 255, 255, 0, 0, 0, 8];
        expected.extend([255; 8]); // one millisecond before 1970, not 1970
        expected.extend([0, 0, 0, 4, 0x7f, 255, 255, 255, 0, 0, 0, 1, 0]);
        expected.extend(STAMP);
        assert_eq!(bytes(&columns, 0, false), expected);
        let mut expected = vec![0, 0, 0, 2, b'b', b'c', 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 8];
        expected.extend(1500i64.to_be_bytes());
        expected.extend([0, 0, 0, 4, 0x80, 0, 0, 0, 0, 0, 0, 1, 1]);
        expected.extend(STAMP);
        assert_eq!(bytes(&columns, 1, false), expected);
    }

    #[test]
    fn the_size_is_of_values_and_cells() {
        let ints: [i32; 2] = [1, 2];
        let columns = [
            column(column::TEXT, &[], &[0, 1, 3], b"abc".as_ptr().cast()),
            column(column::INT, &[0b01], &[], ints.as_ptr().cast()),
        ];
        let size = |row| {
            Row {
                columns: &columns,
                row,
                stamp: 7,
                unset_nulls: false,
            }
            .stored_bytes()
        };
        assert_eq!(size(0), 32 + 16 + 1 + 16 + 4);
        assert_eq!(size(1), 32 + 16 + 2 + 16); // a NULL is a cell, too
    }

    #[test]
    fn nulls_are_null_or_unset() {
        let ints: [i32; 2] = [1, 2];
        let columns = [column(column::INT, &[0b01], &[], ints.as_ptr().cast())];
        let mut expected = vec![0, 0, 0, 4, 0, 0, 0, 1];
        expected.extend(STAMP);
        assert_eq!(bytes(&columns, 0, true), expected);
        let mut expected = (-1i32).to_be_bytes().to_vec();
        expected.extend(STAMP);
        assert_eq!(bytes(&columns, 1, false), expected);
        let mut expected = (-2i32).to_be_bytes().to_vec();
        expected.extend(STAMP);
        assert_eq!(bytes(&columns, 1, true), expected);
    }

    #[test]
    fn empty_texts_need_no_bytes() {
        let columns = [column(column::TEXT, &[], &[0, 0, 0], std::ptr::null())];
        let mut expected = vec![0, 0, 0, 0];
        expected.extend(STAMP);
        assert_eq!(bytes(&columns, 1, false), expected);
    }
}
