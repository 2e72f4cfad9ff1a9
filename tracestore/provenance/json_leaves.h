#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tracestore {

/// A text, number, boolean or null in a JSON text.
struct JsonLeaf
{
    std::string path; ///< as queries write it: `items[0].price`
    std::size_t offset = 0; ///< of the value as it is written, its quotes not among it
    std::size_t length = 0;
    bool isString = false;
};

/// Visits the leaves of an object or array in their order, until `visit` gives false. Of what is
/// none nothing is visited; what is damaged is passed over.
void visitJsonLeaves(std::string_view json, const std::function<bool(const JsonLeaf&)>& visit);

/// The path of the leaf that holds a byte of the text; empty where there is none.
std::string jsonPathAt(std::string_view json, std::size_t offset);

/// The value at such a path, as it is written; nothing where there is none.
std::optional<std::string_view> jsonValueAt(std::string_view json, std::string_view path);

} // namespace tracestore
