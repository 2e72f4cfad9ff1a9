#include "tracestore/import/opencode/opencode_files.h"

#include "tracestore/store/byte_source.h"

#include <algorithm>
#include <set>

namespace tracestore {
namespace {

    namespace fs = std::filesystem;

    /// More files are not looked for.
    constexpr std::size_t kMaxFiles = 10'000;
    constexpr std::uint64_t kMaxBytes = std::uint64_t {1} << 20U;

    std::vector<fs::path> filesIn(const fs::path& folder)
    {
        std::vector<fs::path> files;
        std::error_code error;
        for (fs::directory_iterator walk(folder, error), end; !error && walk != end;
             walk.increment(error)) {
            if (files.size() == kMaxFiles)
                break;
            if (walk->is_regular_file(error) && walk->path().extension() == ".json")
                files.push_back(walk->path());
        }
        std::ranges::sort(files);
        return files;
    }

    struct SessionIds
    {
        std::string id;
        std::string parent;
    };

    SessionIds idsOf(const fs::path& path)
    {
        Job job;
        const auto bytes = ByteSource::open(path, job);
        if (!bytes || (*bytes)->size() > kMaxBytes)
            return {};
        const auto text = (*bytes)->load(job);
        if (!text)
            return {};
        const JsonView session = JsonView::atStartOf(text->view());
        if (openCodeRecordOf(session) != OpenCodeRecord::Session)
            return {};
        return {session["id"].string(), session["parentID"].string()};
    }

    /// An id is the name of a folder: it must be nothing else.
    bool isFolderName(const std::string& id)
    {
        return !id.empty() && id != "." && id != ".." && id.find('/') == std::string::npos;
    }

    /// The messages of a session and their parts.
    void addContent(const fs::path& storage, const std::string& session, std::vector<fs::path>& to)
    {
        if (!isFolderName(session))
            return;
        for (const fs::path& message : filesIn(storage / "message" / session)) {
            to.push_back(message);
            // A message's own id may differ from the name of its file.
            Job job;
            const auto bytes = ByteSource::open(message, job);
            const auto text = bytes && (*bytes)->size() <= kMaxBytes
                ? (*bytes)->load(job)
                : Result<PaddedBytes>(PaddedBytes());
            const std::string id
                = text ? JsonView::atStartOf(text->view())["id"].string() : std::string();
            const fs::path parts
                = storage / "part" / (isFolderName(id) ? id : message.stem().string());
            for (const fs::path& part : filesIn(parts)) {
                if (to.size() < kMaxFiles)
                    to.push_back(part);
            }
        }
    }

} // namespace

OpenCodeRecord openCodeRecordOf(const JsonView& document)
{
    const JsonView& info = document["info"];
    if (info.isObject() && document["messages"].isArray()) {
        JsonItems messages(document["messages"]);
        const bool isEmpty = !messages.next();
        return info["id"].isString() && info["time"].isObject()
                && (isEmpty || messages.item()["info"]["role"].isString())
            ? OpenCodeRecord::Export
            : OpenCodeRecord::None;
    }
    if (!document["id"].isString())
        return OpenCodeRecord::None;
    if (document["sessionID"].isString()) {
        if (document["messageID"].isString() && document["type"].isString())
            return OpenCodeRecord::Part;
        return document["role"].isString() && document["time"].isObject() ? OpenCodeRecord::Message
                                                                          : OpenCodeRecord::None;
    }
    return document["time"]["created"].isThere()
            && (document["projectID"].isString()
                || (document["directory"].isString() && document["title"].isString()))
        ? OpenCodeRecord::Session
        : OpenCodeRecord::None;
}

std::vector<fs::path> openCodeCompanions(const fs::path& path)
{
    std::vector<fs::path> files;
    const SessionIds own = path == "-" ? SessionIds() : idsOf(path);
    // <storage>/session/<project>/<session>.json
    const fs::path project = fs::absolute(path).lexically_normal().parent_path();
    if (own.id.empty() || project.parent_path().filename() != "session")
        return files;
    const fs::path storage = path.parent_path() / "../..";
    std::set<std::string> family {own.id};
    std::vector<std::pair<fs::path, SessionIds>> others;
    for (const fs::path& other : filesIn(path.has_parent_path() ? path.parent_path() : ".")) {
        if (other.filename() != path.filename())
            others.emplace_back(other, idsOf(other));
    }
    for (bool isGrown = true; isGrown && family.size() < kMaxFiles;) {
        isGrown = false;
        for (const auto& [other, ids] : others) {
            if (ids.id.empty() || !family.contains(ids.parent) || !family.insert(ids.id).second)
                continue;
            files.push_back(other);
            isGrown = true;
        }
    }
    for (const std::string& session : family)
        addContent(storage.lexically_normal(), session, files);
    std::ranges::sort(files);
    return files;
}

} // namespace tracestore
