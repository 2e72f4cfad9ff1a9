#include "tracestore/store/kymo_extras.h"

#include "tracestore/store/annotation_table.h"
#include "tracestore/store/checked_row.h"
#include "tracestore/store/kymo_file.h"
#include "tracestore/store/kymo_reader.h"
#include "tracestore/store/table_scan.h"

namespace tracestore {
namespace {

    const std::string kMemberTable = "member";
    constexpr int kMemberColumns = 4;
    constexpr std::int64_t kMostMembers = 100'000;

    struct MemberRow
    {
        std::string name;
        PayloadId payload = 0;
    };

    Result<std::vector<MemberRow>> memberRows(Database& database)
    {
        Job job;
        std::vector<MemberRow> rows;
        std::uint64_t damaged = 0;
        const TableScan scan {kMemberTable, "id", kMostMembers};
        auto done = scan.run(database, job, [&](const Statement& statement) {
            RowReader reader(statement, kMemberTable);
            static_cast<void>(reader.integer());
            MemberRow row;
            row.name = reader.text();
            row.payload = reader.integer();
            if (reader.isIntact())
                rows.push_back(std::move(row));
            else
                ++damaged;
        });
        if (!done)
            return fail(std::move(done).error());
        if (damaged > 0)
            return fail(ErrorCode::Corrupt,
                        "The list of what is in the bundle is damaged. Its trace can be opened.");
        return rows;
    }

} // namespace

Result<void> writeExtras(Database& database, PayloadWriter& payloads, const KymoExtras& extras)
{
    auto insert = database.prepareInsert(kMemberTable, kMemberColumns);
    if (!insert)
        return fail(std::move(insert).error());
    std::int64_t id = 0;
    for (const BundleMember& member : extras.members) {
        const auto payload = payloads.put(member.content);
        if (!payload)
            return fail(Error(payload.error()).in(member.name));
        auto done = RowWriter(*insert, kMemberTable)
                        .integer(++id)
                        .text(member.name)
                        .integer(*payload)
                        .insert();
        if (!done)
            return fail(std::move(done).error());
    }
    return writeAnnotationRows(database, extras.annotations);
}

Result<std::vector<std::string>> memberNames(const std::filesystem::path& path)
{
    auto tables = openCheckedTables(path);
    if (!tables)
        return fail(std::move(tables).error());
    std::vector<std::string> names;
    if (tables->version < kFirstVersionWithAnnotations)
        return names;
    const auto rows = memberRows(tables->database);
    if (!rows)
        return fail(Error(rows.error()).in(path.string()));
    for (const MemberRow& row : *rows)
        names.push_back(row.name);
    return names;
}

Result<std::string> readMember(const std::filesystem::path& path, const std::string& name)
{
    auto tables = openCheckedTables(path);
    if (!tables)
        return fail(std::move(tables).error());
    if (tables->version >= kFirstVersionWithAnnotations) {
        const auto rows = memberRows(tables->database);
        auto payloads = PayloadReader::begin(tables->database);
        if (!rows || !payloads)
            return fail(rows ? payloads.error() : rows.error());
        for (const MemberRow& row : *rows) {
            if (row.name == name)
                return payloads->fetch(row.payload);
        }
    }
    return fail(ErrorCode::NotFound, path.string() + " holds no " + name + ".");
}

} // namespace tracestore
