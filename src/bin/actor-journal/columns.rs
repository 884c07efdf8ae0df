//! Lines whose cells stand below one another.

/// On which side of its column a cell stands.
#[derive(Clone, Copy)]
pub enum Side {
    Left,
    Right,
}

/// Columns that grow with what is written into them, as far as people can still read along; the
/// last one ends where its text does.
pub struct Columns<const N: usize> {
    sides: [Side; N],
    widths: [usize; N],
}

const WIDEST: usize = 40;

impl<const N: usize> Columns<N> {
    pub fn new(sides: [Side; N]) -> Self {
        Self { sides, widths: [0; N] }
    }

    /// The lines of `rows`, all of one width from column to column.
    pub fn lines(&mut self, rows: &[[String; N]]) -> Vec<String> {
        for row in rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = cell.chars().count().min(WIDEST).max(*width);
            }
        }
        rows.iter().map(|row| self.line(row)).collect()
    }

    fn line(&self, row: &[String; N]) -> String {
        let cells = row.iter().zip(self.sides).zip(self.widths);
        let cells = cells.map(|((cell, side), width)| match side {
            Side::Left => format!("{cell:width$}"),
            Side::Right => format!("{cell:>width$}"),
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        line.trim_end_matches(' ').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Columns, Side};

    #[test]
    fn cells_of_one_column_stand_below_one_another() {
        let mut columns = Columns::new([Side::Left, Side::Right, Side::Left]);
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        assert_eq!(
            columns.lines(&[row(["a", "10", "x"]), row(["bcd", "9", "yz"])]),
            ["a    10  x", "bcd   9  yz"]
        );
        assert_eq!(columns.lines(&[row(["e", "8", ""])]), ["e     8"], "a column never shrinks");
    }

    #[test]
    fn one_long_cell_does_not_push_the_others_away() {
        let mut columns = Columns::new([Side::Left, Side::Left]);
        let lines = columns.lines(&[["a".repeat(255), "x".into()], ["b".into(), "y".into()]]);
        assert_eq!(lines[1].len(), 40 + 3);
    }
}
