#include "engine/cli/bundle_command.h"

#include "engine/bundle/bundle_contents.h"
#include "engine/bundle/known_secrets.h"
#include "engine/cli/job_watch.h"
#include "engine/cli/open_input.h"
#include "engine/config/app_paths.h"
#include "tracestore/annotation/annotation_store.h"
#include "tracestore/base/safe_text.h"

#include <CLI/CLI.hpp>
#include <fstream>

namespace engine::cli {

using tracestore::ErrorCode;
using tracestore::fail;
using tracestore::Result;
using tracestore::safeLine;
using tracestore::safeText;

namespace {

    constexpr std::string_view kNoSetup = "none";

    Result<std::string> wholeText(const std::string& path)
    {
        std::ifstream file(path, std::ios::binary);
        std::string text {std::istreambuf_iterator<char>(file), {}};
        if (!file.is_open() || file.bad())
            return fail(ErrorCode::Io, "Cannot read " + path + ".");
        return text;
    }

    void tellLines(const char* heading, const std::vector<std::string>& lines, Output& out)
    {
        if (lines.empty())
            return;
        out.line(out.styled(Output::Style::Heading, heading));
        for (const std::string& line : lines)
            out.line("  " + safeLine(line));
    }

} // namespace

void BundleCommand::addTo(CLI::App& app)
{
    app.add_option("TRACE", m_file, "A trace of any format; a recording can be replayed elsewhere")
        ->required();
    auto* const out = app.add_option("-o,--output", m_out, "The .kymo file to write");
    app.add_option("--with", m_branches, "Also this recording: a branch of the trace")
        ->option_text("BRANCH ...");
    app.add_option("--mask",
                   m_masks,
                   "Hide a field (args.email, TOOL:args, TOOL:result), /PATTERN/ or \"TEXT\", "
                   "wherever its value stands")
        ->option_text("WHAT ...");
    app.add_flag("--show-keys", m_showsKeys, "Do not hide what looks like a key");
    app.add_option("--breakpoints",
                   m_setup,
                   "A file of breakpoints and watches, or none; as a rule those of the window")
        ->option_text("FILE|none");
    app.add_option("--replay-policy", m_policy, "A file of replay policies to put in")
        ->option_text("FILE");
    app.add_flag(
           "--list", m_isList, "Say what would be in it and what would be masked, write nothing")
        ->excludes(out);
    app.add_option("--unpack", m_folder, "Put the trace and branches of a bundle into this folder")
        ->option_text("DIR")
        ->excludes(out);
}

ExitCode BundleCommand::run(CommandContext& context)
{
    if (!m_folder.empty())
        return unpack(context);
    const auto held = readBundle(m_file);
    if (m_isList && held && held->isBundle)
        return tellContents(context);
    if (m_out.empty() && !m_isList) {
        context.err.line("kymo: Name the file to write with -o, or --list to see what would be in "
                         "it.");
        return ExitCode::Usage;
    }
    auto wanted = request(context);
    if (!wanted) {
        const bool isUsage = wanted.error().code == ErrorCode::Invalid;
        const ExitCode failed = failWith(wanted.error(), context);
        return isUsage ? ExitCode::Usage : failed;
    }
    tracestore::Job job;
    const JobWatch watch(job, context.err, "Packing");
    const auto bundle = DebugBundle::prepare(std::move(*wanted), job);
    if (!bundle)
        return failWith(bundle.error(), context);
    tellPlan(*bundle, context.out);
    if (m_isList)
        return ExitCode::Done;
    const auto written = bundle->write(m_out, job);
    if (!written)
        return failWith(written.error(), context);
    return ExitCode::Done;
}

Result<std::string> BundleCommand::setupText() const
{
    if (m_setup == kNoSetup)
        return std::string();
    const std::string file = m_setup.empty() ? workspaceFile().toStdString() : m_setup;
    std::error_code ignored;
    if (m_setup.empty() && !std::filesystem::exists(file, ignored))
        return std::string();
    auto text = wholeText(file);
    if (!text)
        return text;
    const auto read = readDebugSetup(*text);
    if (!read)
        return fail(tracestore::Error(read.error()).in(file));
    return text;
}

Result<BundleRequest> BundleCommand::request(CommandContext& context) const
{
    BundleRequest request;
    request.file = m_file;
    auto rules = readMaskRules(m_masks);
    if (!rules)
        return fail(std::move(rules).error());
    request.rules = std::move(*rules);
    const auto trace = openInput({{m_file}, false}, context);
    if (!trace)
        return fail(trace.error());
    request.trace = *trace;
    for (const std::string& branch : m_branches)
        request.branches.emplace_back(branch);
    request.notesFolder = notesDir().toStdString();
    auto setup = setupText();
    if (!setup)
        return fail(std::move(setup).error());
    request.setup = std::move(*setup);
    if (!m_policy.empty()) {
        auto policy = wholeText(m_policy);
        if (!policy)
            return fail(std::move(policy).error());
        request.replayPolicy = std::move(*policy);
    }
    const tracestore::AnnotationStore store(annotatedFile(m_file, **trace),
                                            notesDir().toStdString());
    auto notes = store.read();
    if (notes)
        request.annotations = std::move(notes->annotations);
    request.hidesKeys = !m_showsKeys;
    if (request.hidesKeys)
        request.secrets = secretsOfEnvironment();
    return request;
}

void BundleCommand::tellPlan(const DebugBundle& bundle, Output& out) const
{
    tellLines(m_isList ? "Would be in the bundle:" : "In the bundle:", bundle.contents(), out);
    std::vector<std::string> places;
    for (const MaskedPlace& place : bundle.places())
        places.push_back(place.where + "  (" + place.rule
                         + (place.count == 1 ? "" : ", " + std::to_string(place.count) + " times")
                         + ')');
    tellLines(m_isList ? "Would be masked:" : "Masked:", places, out);
    if (places.empty())
        out.line("Nothing to mask was found.");
    tellLines("Note:", bundle.remarks(), out);
}

ExitCode BundleCommand::tellContents(CommandContext& context) const
{
    const auto held = readBundle(m_file);
    if (!held)
        return failWith(held.error(), context);
    std::vector<std::string> lines {"trace " + held->traceName};
    for (const std::string& branch : held->branches)
        lines.push_back("branch " + branch);
    if (held->setup)
        lines.push_back(std::to_string(held->setup->breakpoints.size()) + " breakpoints, "
                        + std::to_string(held->setup->watches.size()) + " watches, "
                        + std::to_string(held->setup->faults.size()) + " faults");
    if (!held->replayPolicy.empty())
        lines.emplace_back("replay policies");
    tellLines("In the bundle:", lines, context.out);
    return ExitCode::Done;
}

ExitCode BundleCommand::unpack(CommandContext& context) const
{
    const auto trace = unpackBundle(m_file, m_folder);
    if (!trace)
        return failWith(trace.error(), context);
    context.out.line(safeLine(trace->string()));
    return ExitCode::Done;
}

} // namespace engine::cli
