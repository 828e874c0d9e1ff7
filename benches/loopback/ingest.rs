//! A Bulk 2.0 ingest job over loopback: made, uploaded, closed, looked at until it is done.

use std::{
    error::Error,
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::TcpStream,
    thread,
    time::Duration,
};

use crate::{
    driver::processor_time,
    server::Server,
    work::{VERSION, email},
};

/// Rows of a job.
const ROWS: usize = 50_000;
const PAUSE: Duration = Duration::from_millis(5);

/// Rows a processor second of one job; `run` keeps the rows of jobs apart.
pub(crate) fn ingest(server: &Server, run: usize) -> Result<f64, Box<dyn Error>> {
    let mut connection =
        Connection { stream: TcpStream::connect(server.address)?, token: server.token.clone() };
    let jobs = format!("{VERSION}/jobs/ingest");
    let job = r#"{"object":"Lead","operation":"insert","contentType":"CSV","lineEnding":"LF"}"#;
    let made = connection.ask("POST", &jobs, "application/json", job)?;
    let id = part(&made, "\"id\":\"").ok_or("a job without an id")?.to_owned();
    let file = file(run)?;
    let before = processor_time(server.process.id())?;
    connection.ask("PUT", &format!("{jobs}/{id}/batches"), "text/csv", &file)?;
    let close = r#"{"state":"UploadComplete"}"#;
    connection.ask("PATCH", &format!("{jobs}/{id}"), "application/json", close)?;
    loop {
        let told = connection.ask("GET", &format!("{jobs}/{id}"), "application/json", "")?;
        match part(&told, "\"state\":\"") {
            Some("JobComplete") if told.contains("\"numberRecordsFailed\":0") => break,
            Some("UploadComplete" | "InProgress") => thread::sleep(PAUSE),
            _ => return Err(told.into()),
        }
    }
    let took = processor_time(server.process.id())? - before;
    #[expect(clippy::cast_precision_loss, reason = "figures of a report")]
    Ok(ROWS as f64 * 1e9 / took as f64)
}

/// The text between `mark` and the next quote.
fn part<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    text.split_once(mark)?.1.split('"').next()
}

fn file(run: usize) -> Result<String, std::fmt::Error> {
    let mut file = String::from(
        "FirstName,LastName,Company,Title,Email,Phone,MobilePhone,Website,Street,City,State,PostalCode,Country,\
         LeadSource,Industry,NumberOfEmployees\n",
    );
    for row in 0..ROWS {
        let email = email(&format!("csv{run}"), row);
        writeln!(
            file,
            "Jordan,Lee-{row},Northwind Traders {},Director of Demand Generation,{email},+1 415 555 {:04},\
             +1 628 555 {:04},https://www.northwind-{}.example,{} Market Street,San Francisco,CA,94105,United States,\
             Web,Technology,{}",
            row % 1_000,
            row % 10_000,
            row % 9_999,
            row % 1_000,
            row % 997,
            row % 5_000 + 1
        )?;
    }
    Ok(file)
}

struct Connection {
    stream: TcpStream,
    token: String,
}

impl Connection {
    /// Sends a request and gives its answer's body.
    fn ask(
        &mut self,
        method: &str,
        path: &str,
        kind: &str,
        body: &str,
    ) -> Result<String, Box<dyn Error>> {
        let (token, length) = (&self.token, body.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
             content-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
        );
        self.stream.write_all(head.as_bytes())?;
        self.stream.write_all(body.as_bytes())?;
        let mut answer = Vec::new();
        let mut piece = [0; 4_096];
        loop {
            let read = self.stream.read(&mut piece)?;
            answer.extend_from_slice(piece.get(..read).unwrap_or_default());
            if let Some(body) = whole(str::from_utf8(&answer)?)? {
                return Ok(body.to_owned());
            }
            if read == 0 {
                return Err("the server hung up".into());
            }
        }
    }
}

/// The body of an answer, once all of it is there.
fn whole(answer: &str) -> Result<Option<&str>, Box<dyn Error>> {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return Ok(None) };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = length.map_or(Ok(0), str::parse::<usize>)?;
    Ok((body.len() >= length).then_some(body))
}
