#pragma once

#include "tracestore/import/importer.h"

namespace tests {

/// A format for tests, so that what stands on top of importers is tested without any of theirs. A
/// first line `kymo test tree`, then a line a step, indented by two blanks for each level:
///
///     agent main [ok] 3000ms
///       llm chat [error] 1000ms in=20 out=16 cost=0.25
///
/// Step n starts n seconds after the epoch of 2026. A line that is not of this form is broken. Each
/// step has its name as input and its status as output.
class TreeImporter : public tracestore::Importer
{
public:
    [[nodiscard]] std::string_view id() const override { return "test-tree"; }

    [[nodiscard]] std::string_view name() const override { return "Test tree"; }

    [[nodiscard]] std::string_view origin() const override { return "tests"; }

    [[nodiscard]] bool sniff(const tracestore::Sample& sample) const override;

    /// The file of the same name with `.more` behind it.
    [[nodiscard]] std::vector<std::filesystem::path>
    companions(const std::filesystem::path& path) const override;

    [[nodiscard]] tracestore::Result<std::shared_ptr<const tracestore::PayloadSource>>
    read(const std::vector<tracestore::ImportFile>& files,
         tracestore::TraceBuilder& builder,
         tracestore::Job& job) const override;
};

} // namespace tests
