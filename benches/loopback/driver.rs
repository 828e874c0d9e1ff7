//! Sixteen connections, each of which sends its next request as soon as its answer is there.
//!
//! The driver asks its sockets without waiting for them: a server that had to wake it for every answer would pay more
//! for being slower.

use std::{
    error::Error,
    fs,
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    thread,
};

use crate::{server::Server, work::Work};

const CONNECTIONS: usize = 16;

/// What a round took of the server's processor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    nanoseconds: u64,
    requests: usize,
}

impl Measured {
    /// Nanoseconds a request.
    #[expect(clippy::cast_precision_loss, reason = "figures of a report")]
    pub(crate) fn ns(&self) -> f64 {
        self.nanoseconds as f64 / self.requests as f64
    }
}

/// Sizes of answers: the bodies of an echo are made as large.
pub(crate) type Sizes = usize;

pub(crate) struct Driver {
    process: u32,
    asking: Asking,
    connections: Vec<Connection>,
}

/// What the next request is.
struct Asking {
    token: String,
    work: Work,
    /// The size of the echo's answers, if it is the echo that is driven.
    echo: Option<Sizes>,
    sent: usize,
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    held: usize,
    waits: bool,
}

impl Driver {
    pub(crate) fn connect(server: &Server, work: Work) -> Result<Self, Box<dyn Error>> {
        let connections: Result<_, std::io::Error> =
            (0..CONNECTIONS).map(|_| Connection::to(server)).collect();
        // Every driver has numbers of its own: no two leads are alike.
        let sent = (work as usize) << 28;
        let asking = Asking { token: server.token.clone(), work, echo: None, sent };
        Ok(Self { process: server.process.id(), asking, connections: connections? })
    }

    pub(crate) fn connect_echo(
        server: &Server,
        work: Work,
        sizes: Sizes,
    ) -> Result<Self, Box<dyn Error>> {
        let mut driver = Self::connect(server, work)?;
        driver.asking.echo = Some(sizes);
        Ok(driver)
    }

    /// Sends one request and gives the size of its answer's body.
    pub(crate) fn sizes(&mut self) -> Result<Sizes, Box<dyn Error>> {
        let connection = self.connections.first_mut().ok_or("no connection")?;
        connection.send(&mut self.asking)?;
        loop {
            if let Some(size) = connection.receive(&self.asking)? {
                return Ok(size);
            }
        }
    }

    /// So many requests, and what they took.
    pub(crate) fn round(&mut self, requests: usize) -> Result<Measured, Box<dyn Error>> {
        let before = processor_time(self.process)?;
        let (mut sent, mut done) = (0, 0);
        while done < requests {
            let so_far = done;
            for connection in &mut self.connections {
                let (answered, sends) = connection.turn(&mut self.asking, sent < requests)?;
                done += usize::from(answered);
                sent += usize::from(sends);
            }
            if so_far == done {
                thread::yield_now();
            }
        }
        Ok(Measured { nanoseconds: processor_time(self.process)? - before, requests })
    }
}

impl Asking {
    fn next(&mut self) -> Vec<u8> {
        self.sent += 1;
        match self.echo {
            Some(reply) => self.work.echo(&self.token, self.sent, reply),
            None => self.work.request(&self.token, self.sent),
        }
    }

    fn status(&self) -> &'static str {
        if self.echo.is_some() { "200" } else { self.work.status() }
    }
}

impl Connection {
    fn to(server: &Server) -> Result<Self, std::io::Error> {
        let stream = TcpStream::connect(server.address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, buffer: vec![0; 1 << 16], held: 0, waits: false })
    }

    /// Takes an answer if there is one, and sends the next request if there may be one: did it?
    fn turn(&mut self, asking: &mut Asking, more: bool) -> Result<(bool, bool), Box<dyn Error>> {
        let answered = self.waits && self.receive(asking)?.is_some();
        let sends = more && !self.waits;
        if sends {
            self.send(asking)?;
        }
        Ok((answered, sends))
    }

    fn send(&mut self, asking: &mut Asking) -> Result<(), Box<dyn Error>> {
        let request = asking.next();
        let mut rest = request.as_slice();
        while !rest.is_empty() {
            match self.stream.write(rest) {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => thread::yield_now(),
                Err(error) => return Err(error.into()),
            }
        }
        self.waits = true;
        Ok(())
    }

    /// The size of the answer's body, once all of it is there.
    fn receive(&mut self, asking: &Asking) -> Result<Option<Sizes>, Box<dyn Error>> {
        match self.stream.read(self.buffer.get_mut(self.held..).unwrap_or_default()) {
            Ok(0) => return Err("the server hung up".into()),
            Ok(read) => self.held += read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let answer = self.buffer.get(..self.held).unwrap_or_default();
        let Some(head) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
            return Ok(None);
        };
        let text = str::from_utf8(answer.get(..head).unwrap_or_default())?;
        let length = text.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().ok())?
        });
        let length = length.ok_or("an answer without a length")?;
        if self.held < head + 4 + length {
            return Ok(None);
        }
        if text.get(9..12) != Some(asking.status()) {
            return Err(String::from_utf8_lossy(answer).into_owned().into());
        }
        (self.held, self.waits) = (0, false);
        Ok(Some(length))
    }
}

/// Nanoseconds that all threads of a process have run.
pub(crate) fn processor_time(process: u32) -> Result<u64, Box<dyn Error>> {
    let mut sum = 0;
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        let times = fs::read_to_string(task?.path().join("schedstat"))?;
        sum += times.split(' ').next().unwrap_or_default().parse::<u64>()?;
    }
    Ok(sum)
}
