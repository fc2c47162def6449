/* The workloads that the command line can choose. Each answers whether all its checks held. */
#pragma once

#include "ulib.h"

bool mixed(void);
bool selftest(void);
