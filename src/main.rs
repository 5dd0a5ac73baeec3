//! The command: arguments in, exit code out.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Parser as _;
use interdict::cli::{Cli, Command, completions, man_pages};
use interdict::document::READER_THREAD;
use interdict::run;
use interdict::verdict::Outcome;

/// Second readers are crates of others, which panic at what they do not know. That is caught and reported: it needs no message of its own.
fn silence_second_readers() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(READER_THREAD) {
            print(panic);
        }
    }));
}

/// The stack of the command, in bytes: readers descend as deep as `--max-depth` lets a document go, whatever stack a platform gives its main
/// thread.
const STACK: usize = 64 * 1024 * 1024;

fn main() -> ExitCode {
    silence_second_readers();
    let cli = Cli::parse();
    match std::thread::Builder::new().stack_size(STACK).spawn(|| command(cli)).map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // A panic has been reported by its hook; without a thread nothing was evaluated.
        Ok(Err(_)) | Err(_) => Outcome::NotEvaluated.into(),
    }
}

fn command(cli: Cli) -> ExitCode {
    let mut stdout = BufWriter::new(io::stdout().lock());
    let mut stderr = io::stderr();
    // Whether the command only shows something, so that nothing depends on its exit code.
    let shows = match &cli.command {
        Command::Policy(arguments) => arguments.shows(),
        command => matches!(command, Command::Completions { .. } | Command::Man { .. }),
    };
    let outcome = match cli.command {
        Command::Check(arguments) => run::check(&arguments.options(), &mut stdout, &mut stderr),
        Command::Diff(arguments) => run::diff(&arguments.options(), &mut stdout, &mut stderr),
        Command::Explain(arguments) => run::explain(&arguments.options(), &mut stdout, &mut stderr),
        Command::Policy(arguments) => {
            let (command, as_of, style) = arguments.command();
            run::policies(&command, as_of, style, &mut stdout, &mut stderr)
        }
        Command::Completions { shell } => stdout.write_all(&completions(shell)).and_then(|()| stdout.flush()).map(|()| Outcome::Passed),
        Command::Man { folder } => man_pages().and_then(|pages| run::write_pages(&pages, folder.as_deref(), &mut stdout)),
        Command::Inspect(arguments) => run::inspect(&arguments.options(), &mut stdout, &mut stderr),
    };
    match outcome {
        Ok(outcome) => outcome.into(),
        // Nobody reads on, as behind `| head`.
        Err(error) if shows && error.kind() == io::ErrorKind::BrokenPipe => Outcome::Passed.into(),
        Err(error) => {
            // Nothing is left to be told if standard error cannot be written to either.
            let _ = writeln!(stderr, "interdict: a report could not be written: {error}");
            Outcome::NotEvaluated.into()
        }
    }
}
