# Shared by the scripts in tools/; sourced, never run. Bash and what a minimal Debian has, nothing else.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
name=tools/${0##*/}

# An environment without HOME (a bare chroot, some CI runners) still has a home, and cmake looks for it in the same place.
if [ -z "${HOME:-}" ]; then
    HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
    export HOME
fi
cache=${XDG_CACHE_HOME:-$HOME/.cache}/qkdes

# Progress and mistakes go to stderr: stdout belongs to the program that is run.
say() { printf '%s: %s\n' "$name" "$*" >&2; }

# die WHAT WHY REPAIR [LOG]: one message, then the end of the log that explains it.
die() {
    say "$1"
    printf '  because %s\n  try: %s\n' "$2" "$3" >&2
    if [ -s "${4:-}" ]; then
        printf '  the end of %s:\n' "$4" >&2
        tail -n 25 "$4" | sed 's/^/    /' >&2
    fi
    exit 4
}

# As many jobs as there are cores, but no more than memory can hold (a compiler takes about a gigabyte).
jobs() {
    { cat /proc/meminfo 2>/dev/null || true; } | # a bare chroot has no /proc
        awk -v cores="$(nproc)" '/^MemAvailable/ { fit = int($2 / 1e6); if (fit < cores) cores = fit < 1 ? 1 : fit }
            END { print cores }'
}

# Sanitizers of older compilers cannot live with much address randomisation; where the kernel lets us, switch it off.
fixed_addresses() {
    if setarch -R true 2>/dev/null; then setarch -R "$@"; else "$@"; fi
}

# The lines "[done/all] what" of ninja: on a terminal one line that moves, elsewhere a heading. Silent when nothing is to do.
ninja_progress() {
    awk -v heading="$name: building $1" -v terminal="$([ -t 2 ] && echo 1 || echo 0)" '
        /^\[[0-9]+\/[0-9]+\]/ && !/Re-checking|Re-running CMake/ {
            if (!shown++ && !terminal) print heading > "/dev/stderr"
            if (terminal) { printf "\r\033[K%s %s", heading, $1 > "/dev/stderr"; fflush("/dev/stderr") }
        }
        END { if (shown && terminal) printf "\r\033[K" > "/dev/stderr" }'
}

# build PRESET TARGET...: configure when that was never done (ninja repeats it when a CMake file changes), then build.
# Quiet when all goes well; the full output stays in build/PRESET.log.
build() {
    local preset=$1 log=$root/build/$1.log
    shift
    mkdir -p "$root/build"
    : >"$log"
    if [ ! -f "$root/build/$preset/build.ninja" ]; then
        say "configuring build/$preset"
        (cd "$root" && cmake --preset "$preset") >>"$log" 2>&1 || {
            build_failed "$preset" "cmake could not configure it" "$log"
            return 1
        }
    fi
    if ! fixed_addresses cmake --build "$root/build/$preset" -j "$(jobs)" --target "$@" 2>&1 | tee -a "$log" |
        ninja_progress "build/$preset"; then
        build_failed "$preset" "the compiler, the linker or cmake refused" "$log"
        return 1
    fi
}

# The first failure says more than the last line: with several jobs the others go on for a while.
build_failed() {
    say "the build of build/$1 failed: $2 (all of it: $3)"
    awk '/^FAILED:|CMake Error|: error:|: fatal error:/ { found = 1 } found && ++n <= 40' "$3" | cut -c1-400 | sed 's/^/    /' >&2
    grep -qE '^FAILED:|CMake Error' "$3" || tail -n 25 "$3" | cut -c1-400 | sed 's/^/    /' >&2
}
