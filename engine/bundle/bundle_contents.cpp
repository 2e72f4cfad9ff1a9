#include "engine/bundle/bundle_contents.h"

#include "engine/bundle/debug_bundle.h"
#include "tracestore/base/json_io.h"
#include "tracestore/store/file_replacement.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace engine {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;

namespace fs = std::filesystem;

namespace {

    /// Whether a name that a stranger gave may be that of a file of ours.
    bool isPlainName(const std::string& name)
    {
        constexpr std::size_t kLongestName = 200;
        return !name.empty() && name.size() <= kLongestName && name.front() != '.'
            && name.find('/') == std::string::npos && name.find('\0') == std::string::npos
            && tracestore::isValidUtf8(name);
    }

    Result<void> readAbout(const fs::path& file, BundleContents& contents)
    {
        const auto text = tracestore::readMember(file, kAboutMember);
        if (!text)
            return fail(text.error());
        const auto about = tracestore::parseJson(*text);
        const auto member = [&](const char* name) {
            const bool isThere = about && about->is_object() && about->contains(name)
                && (*about)[name].is_string();
            return isThere ? (*about)[name].get<std::string>() : std::string();
        };
        if (member("format") != "kymo-bundle")
            return fail(ErrorCode::Corrupt, "What the bundle says of itself cannot be read.");
        contents.traceName = member("trace");
        if (!isPlainName(contents.traceName))
            contents.traceName = "trace.kymo";
        if (fs::path(contents.traceName).extension() != ".kymo")
            contents.traceName += ".kymo";
        return {};
    }

    Result<void> writeFileOnce(const fs::path& path, const std::string& bytes)
    {
        auto file = tracestore::FileReplacement::begin(path);
        if (!file)
            return fail(std::move(file).error());
        auto written = file->write(bytes);
        return written ? file->commit() : written;
    }

} // namespace

Result<BundleContents> readBundle(const fs::path& file)
{
    BundleContents contents;
    if (file.extension() != ".kymo")
        return contents;
    const auto names = tracestore::memberNames(file);
    if (!names)
        return names.error().code == ErrorCode::Corrupt
            ? Result<BundleContents>(fail(names.error()))
            : contents;
    contents.isBundle = std::ranges::count(*names, kAboutMember) > 0;
    if (!contents.isBundle)
        return contents;
    auto read = readAbout(file, contents);
    if (!read)
        return fail(std::move(read).error());
    for (const std::string& name : *names) {
        const std::string branch = name.starts_with(kBranchFolder)
            ? name.substr(std::string_view(kBranchFolder).size())
            : "";
        if (isPlainName(branch) && branch.ends_with(".kymo"))
            contents.branches.push_back(branch);
        if (name != kSetupMember && name != kReplayMember)
            continue;
        auto text = tracestore::readMember(file, name);
        if (!text)
            return fail(std::move(text).error());
        if (name == kReplayMember) {
            contents.replayPolicy = std::move(*text);
            continue;
        }
        auto setup = readDebugSetup(*text);
        if (!setup)
            return fail(std::move(setup).error());
        contents.setup = std::move(*setup);
    }
    return contents;
}

Result<fs::path> unpackBundle(const fs::path& file, const fs::path& folder)
{
    const auto contents = readBundle(file);
    if (!contents)
        return fail(contents.error());
    if (!contents->isBundle)
        return fail(ErrorCode::Invalid, file.string() + " is no bundle.");
    std::error_code error;
    fs::create_directories(folder, error);
    std::vector<std::string> names = contents->branches;
    names.push_back(contents->traceName);
    for (const std::string& name : names) {
        if (fs::exists(folder / name, error))
            return fail(ErrorCode::Invalid,
                        (folder / name).string()
                            + " is there already. Name a folder in which it is not.");
    }
    for (const std::string& branch : contents->branches) {
        const auto bytes = tracestore::readMember(file, kBranchFolder + branch);
        if (!bytes)
            return fail(bytes.error());
        auto written = writeFileOnce(folder / branch, *bytes);
        if (!written)
            return fail(std::move(written).error());
    }
    if (!fs::copy_file(file, folder / contents->traceName, error))
        return fail(ErrorCode::Io,
                    "Cannot write " + (folder / contents->traceName).string() + ": "
                        + error.message() + ".");
    return folder / contents->traceName;
}

} // namespace engine
