#include "engine/config/config_places.h"

#include "tracestore/base/json_scan.h"

#include <algorithm>

namespace engine {

using tracestore::JsonScan;

namespace {

    /// Where the string that begins at a quote ends: behind its other quote.
    std::size_t endOfString(std::string_view text, std::size_t at)
    {
        for (++at; at < text.size() && text[at] != '"'; ++at) {
            if (text[at] == '\\')
                ++at;
        }
        return std::min(at + 1, text.size());
    }

    /// Where the comment that begins here ends; nothing where it never does.
    std::optional<std::size_t> endOfComment(std::string_view text, std::size_t at)
    {
        if (text[at + 1] == '/')
            return std::min(text.find('\n', at), text.size());
        const std::size_t end = text.find("*/", at + 2);
        return end == std::string_view::npos ? std::nullopt : std::optional(end + 2);
    }

    bool beginsComment(std::string_view text, std::size_t at)
    {
        return text[at] == '/' && at + 1 < text.size()
            && (text[at + 1] == '/' || text[at + 1] == '*');
    }

    struct PlaceLevel
    {
        std::string path;
        bool isArray = false;
        std::size_t count = 0;
    };

    std::string memberPath(PlaceLevel& level, std::string_view key)
    {
        if (level.isArray)
            return level.path + '[' + std::to_string(level.count++) + ']';
        return level.path.empty() ? std::string(key) : level.path + '.' + std::string(key);
    }

    /// The field that holds a field: `tools[2].timeout` is held by `tools[2]`, that by `tools`.
    std::string_view holderOf(std::string_view field)
    {
        const std::size_t cut = field.find_last_of(".[");
        return cut == std::string_view::npos ? std::string_view() : field.substr(0, cut);
    }

} // namespace

BlankedText blankComments(std::string_view text)
{
    BlankedText blanked {std::string(text), {}};
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '"') {
            at = endOfString(text, at);
        } else if (beginsComment(text, at)) {
            const auto end = endOfComment(text, at);
            if (!end) {
                blanked.openComment = at;
                return blanked;
            }
            for (; at < *end; ++at) {
                if (text[at] != '\n')
                    blanked.text[at] = ' ';
            }
        } else {
            ++at;
        }
    }
    return blanked;
}

ConfigPlaces::Place ConfigPlaces::at(std::string_view text, std::size_t offset)
{
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const std::size_t lineStart = before.rfind('\n') + 1; // npos + 1 is 0: the first line
    return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
            before.size() - lineStart + 1};
}

ConfigPlaces::ConfigPlaces(std::string_view text, std::vector<std::string>* duplicates)
{
    JsonScan scan(text, [](const tracestore::JsonDamage&) {});
    tracestore::LineCounter lines(text);
    if (!scan.nextDocument() || scan.type() == JsonScan::Type::Other)
        return;
    std::vector<PlaceLevel> levels {{{}, scan.type() == JsonScan::Type::Array, 0}};
    m_places[""] = at(text, scan.offset());
    if (!scan.enter())
        return;
    while (!levels.empty()) {
        if (!scan.next()) {
            levels.pop_back();
            continue;
        }
        const std::string path = memberPath(levels.back(), scan.key());
        const std::size_t offset = scan.offset();
        const std::size_t lineStart = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
        const bool isNew
            = m_places.try_emplace(path, Place {lines.lineAt(offset), offset - lineStart + 1})
                  .second;
        if (!isNew && duplicates != nullptr)
            duplicates->push_back(path);
        const JsonScan::Type type = scan.type();
        if (type != JsonScan::Type::Object && type != JsonScan::Type::Array)
            continue;
        levels.push_back({path, type == JsonScan::Type::Array, 0});
        if (!scan.enter())
            levels.pop_back();
    }
}

ConfigPlaces::Place ConfigPlaces::of(const std::string& field) const
{
    std::string_view path = field;
    for (;;) {
        if (const auto found = m_places.find(path); found != m_places.end())
            return found->second;
        if (path.empty())
            return {};
        path = holderOf(path);
    }
}

void ConfigPlaces::locate(std::vector<ConfigProblem>& problems) const
{
    for (ConfigProblem& problem : problems) {
        if (problem.line > 0)
            continue;
        const Place place = of(problem.field);
        problem.line = place.line;
        problem.column = place.column;
    }
}

} // namespace engine
