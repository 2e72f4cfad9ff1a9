#pragma once

#include "engine/cli/open_input.h"
#include "tracestore/query/query_engine.h"

namespace engine::cli {

/// `kymo query FILE EXPRESSION [--json] [--count] [--limit N]`: the steps that a query hits.
class QueryCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    tracestore::Result<tracestore::QueryOutcome> search(const tracestore::Query& query,
                                                        const tracestore::Trace& trace,
                                                        CommandContext& context) const;

    std::string m_file;
    std::string m_query;
    std::optional<std::size_t> m_limit;
    bool m_isJson = false;
    bool m_isCount = false;
};

} // namespace engine::cli
