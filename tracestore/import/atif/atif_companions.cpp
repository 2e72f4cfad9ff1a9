#include "tracestore/import/atif/atif_companions.h"

#include "tracestore/import/reading/json_view.h"
#include "tracestore/store/byte_source.h"

#include <algorithm>
#include <set>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    constexpr std::size_t kMaxFiles = 1000;
    constexpr std::uint64_t kMaxBytes = std::uint64_t {64} << 20U;

    /// The strings that stand behind a key, wherever it stands: the names of files are all that is
    /// wanted of a document that is read again later.
    void namesBehind(std::string_view key, std::string_view text, std::vector<std::string>& to)
    {
        for (std::size_t at = text.find(key); at != text.npos; at = text.find(key, at)) {
            at += key.size();
            const std::size_t value = text.find_first_not_of(" \t\r\n:", at);
            if (value == text.npos || text[value] != '"')
                continue;
            const std::size_t end = text.find('"', value + 1);
            if (end != text.npos)
                to.push_back(JsonView(text.substr(value, end + 1 - value)).string());
        }
    }

    std::vector<std::string> namesIn(const fs::path& path)
    {
        std::vector<std::string> names;
        Job job;
        const auto bytes = ByteSource::open(path, job);
        if (!bytes || (*bytes)->size() > kMaxBytes)
            return names;
        const auto text = (*bytes)->load(job);
        if (!text)
            return names;
        namesBehind("\"continued_trajectory_ref\"", text->view(), names);
        namesBehind("\"trajectory_path\"", text->view(), names);
        return names;
    }

    bool staysInside(const fs::path& name)
    {
        return !name.empty() && name.is_relative()
            && std::ranges::find(name, fs::path("..")) == name.end();
    }

} // namespace

std::vector<fs::path> atifCompanions(const fs::path& path)
{
    std::vector<fs::path> found;
    if (path == "-")
        return found;
    std::set<fs::path> seen {path.lexically_normal()};
    std::vector<fs::path> open {path};
    while (!open.empty() && found.size() < kMaxFiles) {
        const fs::path at = open.back();
        open.pop_back();
        for (const std::string& name : namesIn(at)) {
            const fs::path other = (at.parent_path() / name).lexically_normal();
            std::error_code error;
            if (!staysInside(name) || !fs::is_regular_file(other, error)
                || !seen.insert(other).second)
                continue;
            found.push_back(other);
            open.push_back(other);
        }
    }
    std::ranges::sort(found);
    return found;
}

} // namespace tracestore
