//! The CSV file of a job: delimiters, byte order mark, quoted cells of several lines.

use super::{Job, JobState};

/// What separates columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delimiter {
    /// `^`
    Caret,
    /// `,`
    #[default]
    Comma,
    /// `|`
    Pipe,
    /// `;`
    Semicolon,
    /// Tabulator.
    Tab,
    /// `` ` ``
    Backquote,
}

impl Delimiter {
    /// The delimiter of a wire name such as `COMMA`.
    pub fn of(name: &str) -> Option<Self> {
        let all =
            [Self::Caret, Self::Comma, Self::Pipe, Self::Semicolon, Self::Tab, Self::Backquote];
        all.into_iter().find(|delimiter| delimiter.name() == name)
    }

    /// Its wire name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Caret => "CARET",
            Self::Comma => "COMMA",
            Self::Pipe => "PIPE",
            Self::Semicolon => "SEMICOLON",
            Self::Tab => "TAB",
            Self::Backquote => "BACKQUOTE",
        }
    }

    /// Its byte.
    pub fn byte(self) -> u8 {
        match self {
            Self::Caret => b'^',
            Self::Comma => b',',
            Self::Pipe => b'|',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Backquote => b'`',
        }
    }
}

impl Job {
    /// Reads the file, once. What cannot be read fails the job.
    pub(super) fn read(&mut self) {
        let Some(file) = self.upload.take() else { return };
        let text = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&file);
        if let Err(message) = self.read_rows(text) {
            self.rows.clear();
            if self.state != JobState::Aborted {
                self.state = JobState::Failed;
            }
            self.error_message = Some(format!("InvalidBatch : {message}"));
        }
    }

    fn read_rows(&mut self, text: &[u8]) -> Result<(), String> {
        let mut reader =
            csv::ReaderBuilder::new().delimiter(self.request.delimiter.byte()).from_reader(text);
        let header = reader.headers().map_err(|error| error.to_string())?;
        self.header = header.iter().map(|name| name.trim().to_owned()).collect();
        if self.header.iter().all(String::is_empty) {
            return Err("Unable to read the header row".to_owned());
        }
        for row in reader.records() {
            let row = row.map_err(|error| error.to_string())?;
            self.rows.push(row.iter().map(str::to_owned).collect());
        }
        Ok(())
    }
}
