#include "engine/cli/notes_command.h"

#include "engine/cli/find_step.h"
#include "engine/cli/open_input.h"
#include "engine/config/app_paths.h"
#include "engine/runtime/system_world.h"
#include "tracestore/base/hash.h"
#include "tracestore/base/json_io.h"
#include "tracestore/base/safe_text.h"

#include <nlohmann/json.hpp>

#include <QtGlobal>

#include <CLI/CLI.hpp>

namespace engine::cli {

using tracestore::Annotation;
using tracestore::AnnotationKind;
using tracestore::AnnotationStore;
using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;
using tracestore::SpanId;
using tracestore::Timestamp;
using tracestore::Trace;

namespace {

    /// So many letters of a key tell a note from the others of a trace.
    constexpr std::size_t kShownKey = 8;

    /// A key that nobody has given yet.
    std::string newNoteKey()
    {
        SystemRandom random;
        const tracestore::ContentHash drawn {random.next(), random.next()};
        return "note-" + drawn.toHex();
    }

    nlohmann::json jsonOf(const Annotation& one, const Trace& trace)
    {
        nlohmann::json json {{"key", one.key},
                             {"kind", toWord(one.kind)},
                             {"written", formatIsoTimestamp(one.written)},
                             {"changed", formatIsoTimestamp(one.changed)}};
        for (const auto& [name, text] : {std::pair("author", &one.author),
                                         std::pair("session", &one.session),
                                         std::pair("name", &one.name),
                                         std::pair("text", &one.text)}) {
            if (!text->empty())
                json[name] = *text;
        }
        if (!one.step)
            return json;
        const SpanId step = findStep(trace, *one.step);
        json["step"] = step.isValid() ? nlohmann::json(step.index()) : nlohmann::json();
        json["step_name"] = one.step->name;
        return json;
    }

    std::string lineOf(const Annotation& one, const Trace& trace)
    {
        std::string line = one.key.substr(one.key.find('-') + 1).substr(0, kShownKey) + "  "
            + std::string(toWord(one.kind));
        if (one.step) {
            const SpanId step = findStep(trace, *one.step);
            line += step.isValid() ? "  step " + std::to_string(step.index()) + ' ' + one.step->name
                                   : "  a step that is no longer there: " + one.step->name;
        } else if (!one.session.empty()) {
            line += "  session " + one.session;
        }
        if (!one.name.empty())
            line += "  " + one.name + ':';
        return line + (one.text.empty() ? "" : "  " + one.text);
    }

} // namespace

void NotesCommand::addTo(CLI::App& app)
{
    app.add_option("FILE", m_file, "A trace of any format")->required();
    auto* const text = app.add_option("--add", m_text, "Add a note with this text");
    auto* const bookmark = app.add_flag("--bookmark", m_isBookmark, "Set a bookmark at --step");
    app.add_option("--step", m_step, "The step it is about: its number, or its id in the source");
    app.add_option("--remove", m_removed, "Remove the note of this key, as the list shows it")
        ->option_text("KEY")
        ->excludes(text)
        ->excludes(bookmark);
    app.add_flag("--json", m_isJson, "JSON for other programs");
}

ExitCode NotesCommand::run(CommandContext& context)
{
    if (m_isBookmark && m_step.empty()) {
        context.err.line("kymo: A bookmark is set at a step: name it with --step.");
        return ExitCode::Usage;
    }
    const auto trace = openInput({{m_file}, false}, context);
    if (!trace)
        return failWith(trace.error(), context);
    const AnnotationStore store(annotatedFile(m_file, **trace), notesDir().toStdString());
    auto reading = store.read();
    if (!reading)
        return failWith(reading.error(), context);
    if (!reading->problem.empty())
        context.err.line("kymo: " + tracestore::safeText(reading->problem));
    auto wanted = changes(**trace, reading->annotations);
    if (!wanted)
        return failWith(wanted.error(), context);
    if (wanted->empty()) {
        tell(**trace, reading->annotations, context);
        return ExitCode::Done;
    }
    const auto applied = store.apply(std::move(*wanted));
    if (!applied)
        return failWith(applied.error(), context);
    if (!applied->problem.empty())
        context.err.line("kymo: " + tracestore::safeText(applied->problem));
    return ExitCode::Done;
}

Result<std::vector<Annotation>> NotesCommand::changes(const Trace& trace,
                                                      const std::vector<Annotation>& there) const
{
    std::vector<Annotation> changes;
    const Timestamp now = SystemClock().now();
    if (!m_removed.empty()) {
        for (const Annotation& one : there)
            if (!one.isRemoved && lineOf(one, trace).starts_with(m_removed)) {
                changes.push_back(one);
                changes.back().isRemoved = true;
                changes.back().changed = now;
            }
        if (changes.size() != 1)
            return fail(ErrorCode::NotFound,
                        changes.empty() ? "There is no note of the key " + m_removed + '.'
                                        : "Several notes begin with " + m_removed + '.');
        return changes;
    }
    if (m_text.empty() && !m_isBookmark)
        return changes;
    Annotation one {.kind = m_isBookmark ? AnnotationKind::Bookmark : AnnotationKind::Note,
                    .written = now,
                    .changed = now,
                    .author = qEnvironmentVariable("USER").toStdString(),
                    .text = m_text};
    if (!m_step.empty()) {
        const auto step = findStep(trace, m_step);
        if (!step)
            return fail(step.error());
        one.step = addressOf(trace, *step);
    }
    one.key = m_isBookmark ? bookmarkKey(*one.step) : newNoteKey();
    changes.push_back(std::move(one));
    return changes;
}

void NotesCommand::tell(const Trace& trace,
                        const std::vector<Annotation>& annotations,
                        CommandContext& context) const
{
    nlohmann::json list = nlohmann::json::array();
    for (const Annotation& one : annotations) {
        if (one.isRemoved)
            continue;
        if (m_isJson)
            list.push_back(jsonOf(one, trace));
        else
            context.out.line(tracestore::safeLine(lineOf(one, trace)));
    }
    if (m_isJson)
        context.out.line(tracestore::toJsonText(
            nlohmann::json {{"file", m_file}, {"annotations", std::move(list)}}, 2));
}

} // namespace engine::cli
