#!/usr/bin/env bash
# Builds test programs into DIR, one ELF file each; what is newer than its sources stays as it is.
set -eu

if [ $# -lt 1 ]; then
    echo "usage: build.sh DIR [NAME...]    NAME.c or NAME.S becomes DIR/NAME.elf; all of them without names" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
output=$(cd "$1" && pwd)
shift
export LC_ALL=C SOURCE_DATE_EPOCH=0

CC=${CC:-gcc}
LD=${LD:-ld}
flags=(-std=gnu11 -O2 -ffreestanding -mgeneral-regs-only -mno-red-zone -mcmodel=small -fno-pic -fno-pie
    -fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none -fno-strict-aliasing -fno-common
    -fno-tree-loop-distribute-patterns -Wall -Wextra -Werror -g1 -gdwarf-4 -m64 -march=x86-64 -mtune=generic
    "-I$here/runtime" "-ffile-prefix-map=$here=tests")

compile() { # source, object
    "$CC" "${flags[@]}" -c "$1" -o "$2.new.o"
    mv "$2.new.o" "$2"
}

# Whether file $1 is missing or older than one of the others.
stale() {
    local file=$1 other
    shift
    for other in "$@"; do
        if [ ! "$file" -nt "$other" ]; then
            return 0
        fi
    done
    return 1
}

mkdir -p "$output/runtime"
shared=("$here/build.sh" "$here/tests.lds" "$here"/runtime/*.h)
runtime=()
for source in "$here"/runtime/*.[cS]; do
    object=$output/runtime/$(basename "$source" | tr . -).o
    runtime+=("$object")
    if stale "$object" "$source" "${shared[@]}"; then
        compile "$source" "$object"
    fi
done

if [ $# -eq 0 ]; then
    for source in "$here"/*.[cS]; do
        name=$(basename "$source")
        set -- "$@" "${name%.*}"
    done
fi
for name in "$@"; do
    source=$here/$name.c
    [ -e "$source" ] || source=$here/$name.S
    if stale "$output/$name.elf" "$source" "${shared[@]}" "${runtime[@]}"; then
        compile "$source" "$output/$name.o"
        "$LD" -static -no-pie -nostdlib --build-id=none -z max-page-size=4096 -z noexecstack \
            --no-warn-rwx-segments --fatal-warnings -T "$here/tests.lds" -o "$output/$name.elf" \
            "${runtime[@]}" "$output/$name.o"
    fi
done
