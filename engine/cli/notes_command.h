#pragma once

#include "engine/cli/command.h"
#include "tracestore/annotation/annotation_store.h"

namespace engine::cli {

/// `kymo notes FILE`: the notes and bookmarks of a trace; adds and removes them.
class NotesCommand : public Command
{
public:
    void addTo(CLI::App& app) override;
    ExitCode run(CommandContext& context) override;

private:
    tracestore::Result<std::vector<tracestore::Annotation>>
    changes(const tracestore::Trace& trace, const std::vector<tracestore::Annotation>& there) const;
    void tell(const tracestore::Trace& trace,
              const std::vector<tracestore::Annotation>& annotations,
              CommandContext& context) const;

    std::string m_file;
    std::string m_text;
    std::string m_step;
    std::string m_removed;
    bool m_isBookmark = false;
    bool m_isJson = false;
};

} // namespace engine::cli
