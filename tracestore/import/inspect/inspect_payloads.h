#pragma once

#include "tracestore/import/reading/json_record.h"
#include "tracestore/import/reading/step_payloads.h"

namespace tracestore {

/// The payloads of an Inspect log. Long texts stand once for each sample, among its attachments,
/// and elsewhere only by their hash; here they are put back. Filled on one thread; then read by
/// any.
class InspectPayloads : public PayloadSource
{
public:
    explicit InspectPayloads(const std::vector<ImportFile>& files);

    /// Where the pieces of steps are added.
    StepPayloads& steps() { return m_steps; }

    /// The spans from `first` on, up to those of the next sample, use these attachments.
    void addSample(SpanId first, const JsonRecord& attachments);

    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override;
    [[nodiscard]] Result<std::string> raw(SpanId span) const override;

private:
    struct Attachment
    {
        std::string hash;
        RawRef place;
    };

    struct Sample
    {
        SpanId first;
        std::vector<Attachment> attachments; ///< in order of their hashes
    };

    class Resolver;

    [[nodiscard]] const Sample* sampleOf(SpanId span) const;

    StepPayloads m_steps;
    std::vector<std::shared_ptr<const ByteSource>> m_files; ///< by FileId
    std::vector<Sample> m_samples;
};

} // namespace tracestore
