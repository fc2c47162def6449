#!/usr/bin/env bash
# Builds one guest image for each release from src/guest. The result depends on the sources and the compiler
# only, not on where or when it is built.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
source_dir=$here/src/guest
committed=$here/src/main/resources/dev/shootdown/guest/images
output=$committed
check=no

usage() {
    echo "usage: build.sh [--output DIR] [--check]" >&2
    echo "  --output DIR  put the images into DIR instead of the source tree" >&2
    echo "  --check       rebuild elsewhere and compare with the images of the source tree" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
    --output) [ $# -ge 2 ] || usage; output=$2; shift 2 ;;
    --check) check=yes; shift ;;
    *) usage ;;
    esac
done

CC=${CC:-gcc}
LD=${LD:-ld}
OBJCOPY=${OBJCOPY:-objcopy}
for tool in "$CC" "$LD" "$OBJCOPY"; do
    if ! command -v "$tool" > /dev/null; then
        echo "build.sh: $tool is missing; install gcc and binutils for x86-64" >&2
        exit 1
    fi
done

# Name of the image, and the name that release.h has for it.
releases="v6.15-rc5:RELEASE_V6_15_RC5 v6.15:RELEASE_V6_15"

common_flags=(-std=gnu11 -O2 -ffreestanding -mgeneral-regs-only -mno-red-zone -fno-pic -fno-pie
    -fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none -Wall -Wextra -Werror
    -fno-omit-frame-pointer -fno-optimize-sibling-calls -gdwarf-4 -g1 -fno-common
    -m64 -march=x86-64 -mtune=generic "-I$source_dir/include"
    "-ffile-prefix-map=$source_dir=guest" "-fdebug-prefix-map=$source_dir=guest")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C SOURCE_DATE_EPOCH=0

compile_directory() { # directory, further flags
    local directory=$1 source object
    shift
    mkdir -p "$work/$directory"
    for source in "$source_dir/$directory"/*.[cS]; do
        object=$(basename "${source%.*}").o
        "$CC" "${common_flags[@]}" "$@" "-ffile-prefix-map=$work=build" -c "$source" -o "$work/$directory/$object"
    done
}

build_image() { # name, release, file
    rm -rf "$work/kernel" "$work/user"
    cd "$work"
    compile_directory kernel -mcmodel=kernel "-DRELEASE=$2"
    compile_directory user -mcmodel=small
    # Everything of the programs but their entry becomes local, so neither ring can call the other by name.
    "$LD" -r -o user.o user/*.o
    "$OBJCOPY" --keep-global-symbol=user_start user.o
    "$LD" -static -no-pie -nostdlib --build-id=none -z max-page-size=4096 -z noexecstack \
        --no-warn-rwx-segments --fatal-warnings -T "$source_dir/guest.lds" -o image.elf kernel/*.o user.o
    chmod 644 image.elf
    mv image.elf "$3"
    cd "$here"
}

target=$output
if [ $check = yes ]; then
    target=$work/images
fi
mkdir -p "$target"
target=$(cd "$target" && pwd)

different=0
for release in $releases; do
    name=${release%%:*}
    build_image "$name" "${release##*:}" "$target/$name.elf"
    if [ $check = yes ] && ! cmp -s "$target/$name.elf" "$committed/$name.elf"; then
        echo "build.sh: $name.elf differs from what the sources give; run guest-images/build.sh" >&2
        different=1
    fi
done
exit $different
