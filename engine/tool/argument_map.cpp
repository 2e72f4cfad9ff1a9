#include "engine/tool/argument_map.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace engine {

using nlohmann::json;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    Result<const json*> lookUp(const json& document, const std::string& pointer)
    {
        try {
            const json::json_pointer to(pointer);
            if (document.contains(to))
                return &document.at(to);
        } catch (const json::exception&) { // no pointer at all
            return fail(ErrorCode::Invalid, "`" + pointer + "` is no JSON pointer.");
        }
        return fail(ErrorCode::Invalid, "`" + pointer + "` leads to nothing.");
    }

    Result<json> filled(std::string_view form, const json& document)
    {
        std::string text;
        while (!form.empty()) {
            const std::size_t brace = form.find('{');
            text += form.substr(0, brace);
            if (brace == std::string_view::npos)
                break;
            form.remove_prefix(brace + 1);
            if (form.starts_with('{')) {
                text += '{';
                form.remove_prefix(1);
                continue;
            }
            const std::size_t end = form.find('}');
            if (end == std::string_view::npos)
                return fail(ErrorCode::Invalid, "A closing brace is missing in a template.");
            const auto found = lookUp(document, std::string(form.substr(0, end)));
            if (!found)
                return fail(found.error());
            const json& value = **found;
            text += value.is_string() ? value.get<std::string>() : tracestore::toJsonText(value);
            form.remove_prefix(end + 1);
        }
        return json(std::move(text));
    }

    const std::string* onlyMember(const json& form, const char* name)
    {
        if (!form.is_object() || form.size() != 1 || !form.contains(name))
            return nullptr;
        return form[name].get_ptr<const std::string*>();
    }

} // namespace

Result<json> mapped(const json& form, const json& document)
{
    if (const std::string* pointer = onlyMember(form, "$from")) {
        const auto found = lookUp(document, *pointer);
        return found ? Result<json>(**found) : fail(found.error());
    }
    if (const std::string* text = onlyMember(form, "$template"))
        return filled(*text, document);
    json value = form;
    for (auto member = value.begin(); value.is_structured() && member != value.end(); ++member) {
        auto inner = mapped(*member, document);
        if (!inner)
            return inner;
        *member = std::move(*inner);
    }
    return value;
}

bool takesFrom(const json& form, std::string_view pointer)
{
    if (const std::string* from = onlyMember(form, "$from"))
        return *from == pointer || from->starts_with(std::string(pointer) + '/');
    if (const std::string* text = onlyMember(form, "$template"))
        return text->find('{' + std::string(pointer) + '/') != std::string::npos
            || text->find('{' + std::string(pointer) + '}') != std::string::npos;
    return form.is_structured() && std::any_of(form.begin(), form.end(), [&](const json& member) {
               return takesFrom(member, pointer);
           });
}

} // namespace engine
