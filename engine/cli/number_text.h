#pragma once

#include "tracestore/model/span.h"

#include <string>

namespace engine::cli {

/// Numbers for people, the same in every locale.
std::string countText(std::int64_t count); ///< `12,345`
std::string durationText(tracestore::Duration duration); ///< `850 ms`, `12.3 s`, `4 min 05 s`
std::string costText(const tracestore::Cost& cost); ///< `$0.0123`, `1.20 EUR`
std::string timeText(tracestore::Timestamp time); ///< `2026-02-08 17:28:27.377 UTC`

/// Text filled with blanks to a width, in front or behind; longer text stays as it is.
std::string alignRight(const std::string& text, std::size_t width);
std::string alignLeft(const std::string& text, std::size_t width);

} // namespace engine::cli
