// `$ref` within a schema.
#include "engine/tool/schema/schema_checker.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace engine {

using nlohmann::json;

namespace {

    /// %2F and the like of a reference are resolved before its ~1 are.
    std::string unescaped(std::string_view text)
    {
        std::string plain;
        for (std::size_t i = 0; i < text.size(); ++i) {
            unsigned code = 0;
            if (text[i] == '%' && i + 2 < text.size()
                && std::from_chars(&text[i + 1], &text[i + 1] + 2, code, 16).ptr
                    == &text[i + 1] + 2) {
                plain += static_cast<char>(code);
                i += 2;
            } else {
                plain += text[i];
            }
        }
        return plain;
    }

} // namespace

void SchemaChecker::checkReference(const json& schema, const json& value, SchemaComplaints& to)
{
    const json* reference = keyword(schema, "$ref");
    if (reference == nullptr || !reference->is_string())
        return;
    const auto& text = reference->get_ref<const std::string&>();
    if (!text.starts_with('#'))
        return;
    const std::string pointer = unescaped(std::string_view(text).substr(1));
    if (!pointer.empty() && pointer.front() != '/')
        return;
    if (const json* target = followPointer(pointer))
        check(*target, value, to);
}

const json* SchemaChecker::followPointer(const std::string& pointer) const
{
    try {
        const json::json_pointer to(pointer);
        return m_root.contains(to) ? &m_root.at(to) : nullptr;
    } catch (const json::exception&) {
        return nullptr; // leads nowhere: nothing is known of it
    }
}

} // namespace engine
