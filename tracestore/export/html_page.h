#pragma once

#include <string>
#include <string_view>

namespace tracestore {

/// The beginning of a page up to and with `<body>`: the policy against scripts and foreign
/// addresses, and the style (light and dark). `title` is any text.
std::string htmlHead(std::string_view title);

/// A text of strangers for the inside of an element or a quoted attribute: markup and invisible
/// characters of it are made visible.
std::string htmlText(std::string_view text);

} // namespace tracestore
