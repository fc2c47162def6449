#!/usr/bin/env bash
# Builds test programs into DIR, one ELF file each; what is newer than its sources stays as it is.
set -eu

if [ $# -lt 1 ]; then
    echo "usage: build.sh DIR [NAME...]    NAME.c or NAME.S becomes DIR/NAME.elf; all of them without names." >&2
    echo "    A folder NAME becomes one program, with whatever sources have been generated into DIR/NAME." >&2
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
    sources=()
    for source in "$here/$name".[cS] "$here/$name"/*.[cS] "$output/$name"/*.[cS]; do
        [ ! -e "$source" ] || sources+=("$source")
    done
    if stale "$output/$name.elf" "${sources[@]}" "${shared[@]}" "${runtime[@]}"; then
        objects=()
        for source in "${sources[@]}"; do
            object=$output/$name-$(basename "${source%.*}").o
            compile "$source" "$object"
            objects+=("$object")
        done
        "$LD" -static -no-pie -nostdlib --build-id=none -z max-page-size=4096 -z noexecstack \
            --no-warn-rwx-segments --fatal-warnings -T "$here/tests.lds" -o "$output/$name.elf" \
            "${runtime[@]}" "${objects[@]}"
    fi
done
