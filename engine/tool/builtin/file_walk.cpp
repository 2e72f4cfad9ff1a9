#include "engine/tool/builtin/file_walk.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fnmatch.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace {

    constexpr std::size_t kDeepestFolder = 32;
    constexpr std::size_t kBinaryProbe = 8192;

    struct OpenFolder
    {
        std::string path;
        std::size_t depth = 0;
    };

    using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

    /// The entries of a folder by name; `left` is what may still be looked at.
    std::vector<WalkedFile> entriesOf(OpenFile folder, const std::string& path, std::size_t& left)
    {
        std::vector<WalkedFile> entries;
        const int descriptor = folder.release();
        const Directory directory(::fdopendir(descriptor), &::closedir);
        if (!directory) {
            ::close(descriptor);
            return entries;
        }
        while (const dirent* entry = ::readdir(directory.get())) {
            const std::string name = entry->d_name;
            if (name == "." || name == "..")
                continue;
            if (left == 0)
                break;
            --left;

            struct stat facts
            { };

            if (::fstatat(descriptor, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0)
                continue;
            entries.push_back({path.empty() ? name : path + '/' + name,
                               S_ISDIR(facts.st_mode),
                               S_ISLNK(facts.st_mode),
                               static_cast<std::int64_t>(facts.st_size)});
        }
        std::ranges::sort(entries, {}, &WalkedFile::path);
        return entries;
    }

    std::string fileName(const std::string& path)
    {
        return path.substr(path.rfind('/') + 1);
    }

    std::string plainFolder(std::string path)
    {
        while (path.ends_with('/'))
            path.pop_back();
        while (path.starts_with("./"))
            path.erase(0, 2);
        return path == "." ? "" : path;
    }

} // namespace

Result<bool> walkFiles(const FileRoot& root,
                       const FileWalk& walk,
                       const tracestore::Job& job,
                       const std::function<bool(const WalkedFile&)>& visit)
{
    std::size_t left = walk.mostEntries;
    std::vector<OpenFolder> open {{plainFolder(walk.folder), 0}};
    bool isFirst = true;
    bool isWhole = true;
    while (!open.empty()) {
        const OpenFolder at = std::move(open.back());
        open.pop_back();
        auto folder = root.openFolder(at.path);
        if (!folder && std::exchange(isFirst, false))
            return fail(std::move(folder).error());
        isFirst = false;
        if (!folder)
            continue;
        std::vector<OpenFolder> below;
        for (const WalkedFile& entry : entriesOf(std::move(*folder), at.path, left)) {
            if (job.isCancelled())
                return tracestore::cancelled();
            const bool fits = walk.pattern.empty()
                || ::fnmatch(walk.pattern.c_str(), fileName(entry.path).c_str(), 0) == 0;
            if (fits && !visit(entry))
                return false;
            if (entry.isFolder && walk.isRecursive)
                below.push_back({entry.path, at.depth + 1});
        }
        if (left == 0)
            return false;
        isWhole = isWhole && (below.empty() || at.depth < kDeepestFolder);
        if (at.depth < kDeepestFolder)
            open.insert(open.end(), below.rbegin(), below.rend());
    }
    return isWhole;
}

Result<std::string> readUpTo(const OpenFile& file, std::size_t most)
{
    constexpr std::size_t kBlock = std::size_t {256} << 10U;
    std::string content;
    while (content.size() <= most) {
        const std::size_t at = content.size();
        content.resize(std::min(at + kBlock, most + 1));
        const ssize_t count = ::read(file.descriptor(), content.data() + at, content.size() - at);
        if (count < 0 && errno == EINTR) {
            content.resize(at);
            continue;
        }
        if (count < 0)
            return fail(ErrorCode::Io,
                        std::string("The file cannot be read: ") + std::strerror(errno) + '.');
        content.resize(at + static_cast<std::size_t>(count));
        if (count == 0)
            break;
    }
    return content;
}

bool isBinary(std::string_view content)
{
    return content.substr(0, kBinaryProbe).find('\0') != std::string_view::npos;
}

} // namespace engine
