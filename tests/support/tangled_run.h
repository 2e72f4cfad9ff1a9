#pragma once

#include "tests/support/edited_run.h"

namespace tests {

/// An edited run that was also taken apart: turns of the user come earlier or later, are missing or
/// new, rounds are carried far away, agents change places. What two runs look like that share much
/// and tell it in another order. The same for the same seed.
EditedRun makeTangledRun(unsigned seed);

} // namespace tests
