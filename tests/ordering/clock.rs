//! The wall clock of this program, put wherever a test wants it.

#[cfg(target_arch = "wasm32")]
pub use of_script::WallClock;
#[cfg(target_os = "linux")]
pub use of_system::WallClock;

/// The program defines the C library's function itself, which is what the standard library calls.
#[cfg(target_os = "linux")]
mod of_system {
    use std::sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering::SeqCst},
    };

    use actor_journal::Timestamp;
    use libc::{CLOCK_REALTIME, SYS_clock_gettime, c_int, c_long, clockid_t, timespec};

    /// Where the clock goes as it does.
    const GOING: Timestamp = -1;

    static NOW: AtomicI64 = AtomicI64::new(GOING);
    static HELD: Mutex<()> = Mutex::new(());

    /// Stands still where it was put last, for the whole program. One test has it at a time.
    pub struct WallClock {
        _held: MutexGuard<'static, ()>,
    }

    impl WallClock {
        pub fn at(now: Timestamp) -> Self {
            let clock = Self { _held: HELD.lock().unwrap_or_else(PoisonError::into_inner) };
            clock.put(now);
            clock
        }

        pub fn put(&self, now: Timestamp) {
            NOW.store(now, SeqCst);
        }
    }

    impl Drop for WallClock {
        fn drop(&mut self) {
            self.put(GOING);
        }
    }

    // SAFETY: it has the C library's name and signature, and does what is expected under it.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn clock_gettime(clock: clockid_t, time: *mut timespec) -> c_int {
        let now = NOW.load(SeqCst);
        if clock != CLOCK_REALTIME || now == GOING {
            // SAFETY: the system call takes what the function of its name takes.
            return unsafe { libc::syscall(SYS_clock_gettime, clock as c_long, time) } as c_int;
        }
        // SAFETY: the caller's promise is that there is room for a time.
        unsafe { time.write(timespec { tv_sec: now / 1000, tv_nsec: now % 1000 * 1_000_000 }) };
        0
    }
}

/// `Date.now` of JavaScript is replaced.
#[cfg(target_arch = "wasm32")]
mod of_script {
    use std::{cell::Cell, rc::Rc};

    use actor_journal::Timestamp;
    use js_sys::{Reflect, global};
    use wasm_bindgen::{JsValue, closure::Closure};

    /// Stands still where it was put last.
    pub struct WallClock {
        now: Rc<Cell<Timestamp>>,
        date: JsValue,
        going: JsValue,
        _standing: Closure<dyn Fn() -> f64>,
    }

    impl WallClock {
        pub fn at(now: Timestamp) -> Self {
            let now = Rc::new(Cell::new(now));
            let date = Reflect::get(&global(), &"Date".into()).unwrap();
            let going = Reflect::get(&date, &"now".into()).unwrap();
            let told = now.clone();
            let standing = Closure::<dyn Fn() -> f64>::new(move || told.get() as f64);
            Reflect::set(&date, &"now".into(), standing.as_ref()).unwrap();
            Self { now, date, going, _standing: standing }
        }

        pub fn put(&self, now: Timestamp) {
            self.now.set(now);
        }
    }

    impl Drop for WallClock {
        fn drop(&mut self) {
            Reflect::set(&self.date, &"now".into(), &self.going).unwrap();
        }
    }
}
