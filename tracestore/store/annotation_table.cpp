#include "tracestore/store/annotation_table.h"

#include "tracestore/store/checked_row.h"
#include "tracestore/store/table_scan.h"

#include <map>

namespace tracestore {
namespace {

    const std::string kAnnotationTable = "annotation";
    constexpr int kAnnotationColumns = 15;

    /// More than a person, or a program for him, ever writes about one trace.
    constexpr std::int64_t kMostAnnotations = 1'000'000;

    struct AnnotationRow
    {
        std::int64_t id = 0;
        Annotation annotation;
    };

    std::optional<AnnotationRow> readAnnotationRow(const Statement& statement)
    {
        RowReader reader(statement, kAnnotationTable);
        AnnotationRow row;
        Annotation& one = row.annotation;
        row.id = reader.integer();
        one.key = reader.text();
        const auto kind = fromWord<AnnotationKind>(reader.text());
        one.isRemoved = reader.integer() != 0;
        one.written = Timestamp {reader.integer()};
        one.changed = Timestamp {reader.integer()};
        one.author = reader.text();
        one.session = reader.text();
        const auto place = reader.optionalInteger();
        StepAddress step;
        step.place = place.value_or(-1);
        step.name = reader.text();
        step.traceId = reader.text();
        step.origId = reader.text();
        one.name = reader.text();
        one.text = reader.text();
        if (!reader.isIntact() || !kind)
            return {};
        one.kind = *kind;
        if (place)
            one.step = std::move(step);
        return row;
    }

    struct AnnotationScan
    {
        std::vector<AnnotationRow> rows;
        std::int64_t last = 0; ///< the highest id, of damaged rows too
        std::uint64_t damaged = 0;
    };

    Result<AnnotationScan> scanAnnotations(Database& database, Job& job)
    {
        AnnotationScan scan;
        const TableScan table {kAnnotationTable, "id", kMostAnnotations};
        auto done = table.run(database, job, [&](const Statement& statement) {
            scan.last = std::max(scan.last, statement.integer(0));
            auto row = readAnnotationRow(statement);
            if (row)
                scan.rows.push_back(std::move(*row));
            else
                ++scan.damaged;
        });
        if (!done)
            return fail(std::move(done).error());
        return scan;
    }

    Result<void> insertAnnotation(Statement& insert, std::int64_t id, const Annotation& one)
    {
        RowWriter row(insert, kAnnotationTable);
        row.integer(id).text(one.key).text(toWord(one.kind)).integer(one.isRemoved ? 1 : 0);
        row.integer(one.written.ns).integer(one.changed.ns).text(one.author).text(one.session);
        const StepAddress step = one.step.value_or(StepAddress());
        row.integer(one.step ? std::optional(step.place) : std::nullopt);
        row.text(step.name).text(step.traceId).text(step.origId).text(one.name).text(one.text);
        auto done = row.insert();
        if (!done)
            return fail(std::move(done).error());
        return {};
    }

    Failure failTooMany()
    {
        return fail(ErrorCode::Limit, "There are a million notes: no more can be kept.");
    }

} // namespace

Result<AnnotationRows> readAnnotationRows(Database& database, Job& job)
{
    auto scan = scanAnnotations(database, job);
    if (!scan)
        return fail(std::move(scan).error());
    AnnotationRows found;
    found.damaged = scan->damaged;
    for (AnnotationRow& row : scan->rows)
        found.annotations.push_back(std::move(row.annotation));
    found.annotations = mergeAnnotations(std::move(found.annotations));
    return found;
}

Result<void> writeAnnotationRows(Database& database, const std::vector<Annotation>& annotations)
{
    Job job;
    auto scan = scanAnnotations(database, job);
    if (!scan)
        return fail(std::move(scan).error());
    std::multimap<std::string, const AnnotationRow*> there;
    for (const AnnotationRow& row : scan->rows)
        there.emplace(row.annotation.key, &row);
    auto insert = database.prepareInsert(kAnnotationTable, kAnnotationColumns);
    auto remove = database.prepare("DELETE FROM annotation WHERE id = ?");
    if (!insert || !remove)
        return fail(insert ? std::move(remove).error() : std::move(insert).error());
    for (const Annotation& one : annotations) {
        const auto [first, last] = there.equal_range(one.key);
        if (std::distance(first, last) == 1 && first->second->annotation == one)
            continue;
        if (scan->last >= kMostAnnotations - 1)
            return failTooMany();
        for (auto at = first; at != last; ++at) {
            remove->bind(0, at->second->id);
            auto removed = remove->run();
            if (!removed)
                return removed;
        }
        auto inserted = insertAnnotation(*insert, ++scan->last, one);
        if (!inserted)
            return inserted;
        there.erase(one.key);
    }
    return {};
}

} // namespace tracestore
