//! Sixteen connections: a request goes out on each, then all answers come in.

use std::{
    error::Error,
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
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
    token: String,
    work: Work,
    /// The size of the echo's answers, if it is the echo that is driven.
    echo: Option<Sizes>,
    connections: Vec<TcpStream>,
    sent: usize,
    buffer: Vec<u8>,
}

impl Driver {
    pub(crate) fn connect(server: &Server, work: Work) -> Result<Self, Box<dyn Error>> {
        let connect = |_| {
            let stream = TcpStream::connect(server.address)?;
            stream.set_nodelay(true)?;
            Ok(stream)
        };
        let connections: Result<_, std::io::Error> = (0..CONNECTIONS).map(connect).collect();
        Ok(Self {
            process: server.process.id(),
            token: server.token.clone(),
            work,
            echo: None,
            connections: connections?,
            // Every driver has numbers of its own: no two leads are alike.
            sent: (work as usize) << 28,
            buffer: vec![0; 1 << 16],
        })
    }

    pub(crate) fn connect_echo(
        server: &Server,
        work: Work,
        sizes: Sizes,
    ) -> Result<Self, Box<dyn Error>> {
        Ok(Self { echo: Some(sizes), ..Self::connect(server, work)? })
    }

    /// Sends one request and gives the size of its answer's body.
    pub(crate) fn sizes(&mut self) -> Result<Sizes, Box<dyn Error>> {
        self.send(0)?;
        self.receive(0)
    }

    /// So many requests, and what they took.
    pub(crate) fn round(&mut self, requests: usize) -> Result<Measured, Box<dyn Error>> {
        let before = processor_time(self.process)?;
        let mut done = 0;
        while done < requests {
            let burst = CONNECTIONS.min(requests - done);
            for connection in 0..burst {
                self.send(connection)?;
            }
            for connection in 0..burst {
                self.receive(connection)?;
            }
            done += burst;
        }
        Ok(Measured { nanoseconds: processor_time(self.process)? - before, requests })
    }

    fn send(&mut self, connection: usize) -> Result<(), Box<dyn Error>> {
        self.sent += 1;
        let request = match self.echo {
            Some(reply) => self.work.echo(&self.token, self.sent, reply),
            None => self.work.request(&self.token, self.sent),
        };
        self.connections.get_mut(connection).ok_or("no connection")?.write_all(&request)?;
        Ok(())
    }

    fn receive(&mut self, connection: usize) -> Result<Sizes, Box<dyn Error>> {
        let stream = self.connections.get_mut(connection).ok_or("no connection")?;
        let mut held = 0;
        loop {
            let room = self.buffer.get_mut(held..).unwrap_or_default();
            let read = stream.read(room)?;
            held += read;
            let answer = self.buffer.get(..held).unwrap_or_default();
            let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
                continue;
            };
            let text = str::from_utf8(answer.get(..end).unwrap_or_default())?;
            let length = text.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().ok())?
            });
            let length = length.ok_or("an answer without a length")?;
            if held < end + 4 + length {
                continue;
            }
            let wanted = if self.echo.is_some() { "200" } else { self.work.status() };
            if text.get(9..12) != Some(wanted) {
                return Err(String::from_utf8_lossy(answer).into_owned().into());
            }
            return Ok(length);
        }
    }
}

/// Nanoseconds that all threads of a process have run.
fn processor_time(process: u32) -> Result<u64, Box<dyn Error>> {
    let mut sum = 0;
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        let times = fs::read_to_string(task?.path().join("schedstat"))?;
        sum += times.split(' ').next().unwrap_or_default().parse::<u64>()?;
    }
    Ok(sum)
}
