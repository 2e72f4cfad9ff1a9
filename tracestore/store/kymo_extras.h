#pragma once

#include "tracestore/model/annotation.h"
#include "tracestore/store/database.h"
#include "tracestore/store/payload_store.h"

#include <filesystem>

namespace tracestore {

/// A file in a bundle: `setup.json`, `branch/NAME.kymo`.
struct BundleMember
{
    std::string name;
    std::string content;

    bool operator==(const BundleMember&) const = default;
};

/// What a .kymo file holds beside its trace.
struct KymoExtras
{
    std::vector<Annotation> annotations;
    std::vector<BundleMember> members;
};

/// Writes it into the empty tables of a file, in the transaction of the caller. Limit: a member is
/// longer than kMaxContent.
Result<void> writeExtras(Database& database, PayloadWriter& payloads, const KymoExtras& extras);

/// The names of the members of a .kymo file, in their order; none where it is no bundle. Fails as
/// openKymo() does.
Result<std::vector<std::string>> memberNames(const std::filesystem::path& path);

/// One of them. NotFound: it has none of that name. Corrupt: it is damaged.
Result<std::string> readMember(const std::filesystem::path& path, const std::string& name);

} // namespace tracestore
