#include "tracestore/import/otel/otlp_quick_import.h"

#include "tracestore/import/otel/otlp_window.h"

#include <map>
#include <mutex>

namespace tracestore {
namespace {

    /// Reads windows on several threads and hands their batches on in order, by whichever thread
    /// comes by: nobody waits for a turn.
    class WindowLine
    {
    public:
        WindowLine(const ImportFile& file, OtelBatchTaker& taker, Job& job, std::size_t threads)
            : m_file(file)
            , m_taker(taker)
            , m_job(job)
            , m_maxWaiting(threads * 4)
        { }

        void work(std::size_t index)
        {
            if (m_hasStopped || m_job.isCancelled())
                return;
            std::unique_ptr<OtlpWindow> window = freeWindow();
            auto done = window->read(m_file, index * OtlpWindow::kSize);
            const std::size_t waiting = deposit(index, std::move(window), std::move(done));
            // Where one thread hands on, the others read; but not far ahead.
            std::unique_lock<std::mutex> turn(m_turn, std::defer_lock);
            if (waiting > m_maxWaiting)
                turn.lock();
            else if (!turn.try_lock())
                return;
            handOn();
        }

        /// Hands on what is left; all work has returned.
        Result<void> finish()
        {
            handOn();
            return std::move(m_outcome);
        }

    private:
        struct Deposit
        {
            std::unique_ptr<OtlpWindow> window;
            Result<void> outcome;
        };

        std::unique_ptr<OtlpWindow> freeWindow()
        {
            const std::scoped_lock lock(m_mutex);
            if (m_free.empty())
                return std::make_unique<OtlpWindow>();
            auto window = std::move(m_free.back());
            m_free.pop_back();
            return window;
        }

        std::size_t
        deposit(std::size_t index, std::unique_ptr<OtlpWindow> window, Result<void> outcome)
        {
            const std::scoped_lock lock(m_mutex);
            m_waiting.emplace(index, Deposit {std::move(window), std::move(outcome)});
            return m_waiting.size();
        }

        std::optional<Deposit> next()
        {
            const std::scoped_lock lock(m_mutex);
            const auto first = m_waiting.begin();
            if (first == m_waiting.end() || first->first != m_next)
                return {};
            ++m_next;
            std::optional<Deposit> taken(std::move(first->second));
            m_waiting.erase(first);
            return taken;
        }

        /// Called by one thread at a time: who has the turn, or at the end.
        void handOn()
        {
            while (std::optional<Deposit> taken = next()) {
                if (m_outcome && !taken->outcome)
                    m_outcome = std::move(taken->outcome);
                if (m_outcome)
                    m_outcome = m_taker.take(taken->window->batch());
                if (!m_outcome || m_taker.needsPatience())
                    m_hasStopped = true;
                const std::uint64_t from = (m_next - 1) * OtlpWindow::kSize;
                m_job.advance(std::min(OtlpWindow::kSize, m_file.bytes->size() - from));
                const std::scoped_lock lock(m_mutex);
                m_free.push_back(std::move(taken->window));
            }
        }

        const ImportFile& m_file;
        OtelBatchTaker& m_taker;
        Job& m_job;
        std::size_t m_maxWaiting;
        std::atomic<bool> m_hasStopped {false};
        std::mutex m_turn; ///< to hand on
        Result<void> m_outcome;
        std::mutex m_mutex; ///< for what stands below
        std::vector<std::unique_ptr<OtlpWindow>> m_free;
        std::map<std::size_t, Deposit> m_waiting;
        std::size_t m_next = 0;
    };

    /// Whether a file begins with a line that only the whole of it can be: one document.
    Result<bool> hasLongFirstLine(const ByteSource& bytes)
    {
        const std::uint64_t looked = OtlpWindow::kSize * 4;
        if (bytes.size() <= looked)
            return false;
        const auto head = bytes.read(0, looked);
        if (!head)
            return fail(head.error());
        return head->find('\n') == std::string::npos;
    }

} // namespace

OtlpQuickImport::OtlpQuickImport(const std::vector<ImportFile>& files,
                                 TraceBuilder& builder,
                                 OtelPayloads& payloads,
                                 Job& job,
                                 Executor& executor)
    : m_files(files)
    , m_job(job)
    , m_executor(executor)
    , m_taker(files, builder, payloads, job)
{ }

Result<bool> OtlpQuickImport::run()
{
    for (const ImportFile& file : m_files) {
        auto isRead = readFile(file);
        if (!isRead || !*isRead)
            return isRead;
    }
    if (auto done = m_taker.finish(); !done)
        return fail(std::move(done).error());
    return !m_taker.needsPatience();
}

Result<bool> OtlpQuickImport::readFile(const ImportFile& file)
{
    if (auto done = m_taker.startFile(file); !done)
        return fail(std::move(done).error());
    // The first line tells whether lines are what it is made of.
    const auto isLong = hasLongFirstLine(*file.bytes);
    if (!isLong)
        return fail(isLong.error());
    if (*isLong)
        return readDocuments(file);
    OtlpWindow first;
    if (auto done = first.read(file, 0); !done)
        return fail(std::move(done).error());
    const OtelBatch& batch = first.batch();
    if (!batch.hardLines.empty() && batch.hardLines.front().rowsBefore == 0)
        return readDocuments(file);
    return readLines(file);
}

Result<bool> OtlpQuickImport::readLines(const ImportFile& file)
{
    const auto windows = static_cast<std::size_t>((file.bytes->size() + OtlpWindow::kSize - 1)
                                                  / OtlpWindow::kSize);
    WindowLine line(file, m_taker, m_job, m_executor.threadCount());
    m_executor.forEach(windows, [&](std::size_t index) { line.work(index); });
    if (auto done = line.finish(); !done)
        return fail(std::move(done).error());
    if (m_job.isCancelled())
        return cancelled();
    return !m_taker.needsPatience();
}

/// All in memory: where a document ends is known at its end only.
Result<bool> OtlpQuickImport::readDocuments(const ImportFile& file)
{
    constexpr std::size_t kRowsAtOnce = 512;
    if (file.bytes->size() > JsonTokens::kMaxSize)
        return false;
    const auto bytes = file.bytes->load(m_job);
    if (!bytes)
        return fail(bytes.error());
    JsonTokens tokens;
    if (!tokens.index(bytes->view()))
        return false;
    OtelBatch batch;
    OtlpReader reader(tokens, batch);
    reader.start(bytes->view(), file.id, 0);
    Result<void> outcome;
    std::uint64_t done = 0;
    const auto takeRows = [&] {
        if (outcome && !m_job.isCancelled())
            outcome = m_taker.take(batch);
        if (!batch.rows.empty()) {
            const RawRef& last = batch.rows.back().place;
            m_job.advance(last.offset + last.length - done);
            done = last.offset + last.length;
        }
        batch.rows.clear();
        batch.repaired.clear();
        batch.strings.clear();
    };
    JsonCursor cursor = tokens.cursor();
    while (!cursor.isAtEnd() && outcome && !m_job.isCancelled()) {
        const bool isRead = reader.document(cursor, [&] {
            if (batch.rows.size() >= kRowsAtOnce)
                takeRows();
        });
        if (!isRead)
            return m_job.isCancelled() ? Result<bool>(cancelled()) : Result<bool>(false);
        takeRows();
    }
    if (m_job.isCancelled())
        return cancelled();
    if (!outcome)
        return fail(std::move(outcome).error());
    m_job.advance(file.bytes->size() - done);
    return true;
}

} // namespace tracestore
