#pragma once

#include "engine/cli/open_input.h"
#include "tracestore/compare/comparison.h"
#include "tracestore/compare/figure_condition.h"

namespace engine::cli {

/// `kymo diff A B [--json] [--fail-on EXPR] [--html FILE]`: aligns two traces, or two sessions of
/// them, and says what differs. Ends with 0 where nothing does, with 1 where something does (with
/// --fail-on: where the condition holds), with 2 where they could not be compared.
class DiffCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    struct Side
    {
        std::string name;
        tracestore::TracePtr trace;
        std::optional<tracestore::SessionId> session;
        std::optional<tracestore::BranchId> branch;

        [[nodiscard]] tracestore::ComparedTrace compared() const
        {
            return {trace.get(), session, branch};
        }
    };

    [[nodiscard]] tracestore::Result<Side> open(const std::string& named,
                                                const std::string& session,
                                                const std::string& branch,
                                                CommandContext& context) const;
    [[nodiscard]] tracestore::Result<bool> writePage(const tracestore::Comparison& comparison,
                                                     const Side& a,
                                                     const Side& b,
                                                     tracestore::Job& job) const;
    [[nodiscard]] ExitCode verdict(const tracestore::Comparison& comparison,
                                   const std::optional<tracestore::FigureCondition>& condition,
                                   CommandContext& context) const;

    std::string m_fileA;
    std::string m_fileB;
    std::string m_sessionA;
    std::string m_sessionB;
    std::string m_branchA;
    std::string m_branchB;
    std::string m_failOn;
    std::string m_page;
    bool m_isJson = false;
};

} // namespace engine::cli
