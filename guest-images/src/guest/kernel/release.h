/*
 * What differs between the releases that are reproduced. Code tests the feature macros below, never the
 * release itself, so that a release is one block of this file and nothing else.
 */
#pragma once

#define RELEASE_V6_15_RC5 1
#define RELEASE_V6_15 2

#if RELEASE == RELEASE_V6_15_RC5
#define RELEASE_NAME "v6.15-rc5"
#define SHOULD_FLUSH_TESTS_SWITCHING 0
#elif RELEASE == RELEASE_V6_15
#define RELEASE_NAME "v6.15"
#define SHOULD_FLUSH_TESTS_SWITCHING 1
#else
#error "RELEASE must name one of the releases of release.h"
#endif
