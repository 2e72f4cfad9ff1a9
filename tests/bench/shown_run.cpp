#include "tests/bench/shown_run.h"

#include "gui/app/run_tab.h"
#include "gui/app/trace_page.h"
#include "gui/theme/theme.h"
#include "tracestore/register_builtins.h"

#include <QAbstractEventDispatcher>
#include <QEventLoop>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace bench {

using namespace Qt::StringLiterals;

namespace {

    constexpr QSize kWindowSize(1920, 1080);

} // namespace

void stopHere(const char* why)
{
    std::fprintf(stderr, "%s\n", why);
    std::exit(1);
}

double threadCpuMs()
{
    timespec now {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void waitMs(int ms)
{
    QEventLoop loop;
    QTimer::singleShot(ms, &loop, &QEventLoop::quit);
    loop.exec();
}

Stretches::Stretches()
    : m_block(QObject::connect(QAbstractEventDispatcher::instance(),
                               &QAbstractEventDispatcher::aboutToBlock,
                               [this] { take(); }))
    , m_from(threadCpuMs())
{ }

Stretches::~Stretches()
{
    QObject::disconnect(m_block);
}

std::vector<double> Stretches::sorted() const
{
    std::vector<double> all = m_all;
    std::ranges::sort(all);
    return all;
}

void Stretches::take()
{
    const double now = threadCpuMs();
    m_all.push_back(now - std::exchange(m_from, now));
}

ShownRun::ShownRun(gui::Theme& theme, const std::vector<engine::RunEventPtr>& history)
    : m_settings(m_folder.filePath(u"desktop.ini"_s))
    , m_importers(tracestore::builtinImporters())
    , m_exporters(tracestore::builtinExporters())
    , m_services {theme, m_settings, m_importers, m_exporters, {}, theme.id(), {}, {}, &m_engine}
    , m_window(m_services)
{
    m_window.resize(kWindowSize);
    m_window.show();
    engine::RunRequest request;
    request.agentFile = u"bench.agent.json"_s;
    request.input = u"Go."_s;
    m_tab = m_window.startRun(request);
    m_speaker.moveToThread(&m_thread);
    m_thread.start();
    emit m_engine.statusChanged(status());
    onFeed([&](engine::RunFeed& feed) {
        for (const engine::RunEventPtr& event : history)
            feed.onEvent(event);
        feed.flush();
    });
    waitMs(2000); // pictures are made meanwhile
    if (m_tab->page() == nullptr)
        stopHere("The history was not shown.");
}

ShownRun::~ShownRun()
{
    QMetaObject::invokeMethod(
        &m_speaker, [this] { m_feed.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

engine::RunStatus ShownRun::status() const
{
    engine::RunStatus status;
    status.id = m_tab->run();
    status.state = engine::RunState::Running;
    status.agent = "bench";
    return status;
}

void ShownRun::onFeed(const std::function<void(engine::RunFeed&)>& work)
{
    QMetaObject::invokeMethod(
        &m_speaker,
        [&] {
            if (m_feed == nullptr) { // it is made on the thread on which it lives
                m_feed = std::make_unique<engine::RunFeed>("bench");
                connectFeed();
            }
            work(*m_feed);
        },
        Qt::BlockingQueuedConnection);
}

void ShownRun::connectFeed()
{
    QObject::connect(m_feed.get(),
                     &engine::RunFeed::traceGrown,
                     &m_engine,
                     [this](const auto& trace) { emit m_engine.traceGrown(m_tab->run(), trace); });
    QObject::connect(m_feed.get(),
                     &engine::RunFeed::textGrown,
                     &m_engine,
                     [this](const std::string& effect, const QString& text) {
                         m_heard += text.size();
                         emit m_engine.textGrown(m_tab->run(), effect, text);
                     });
}

void ShownRun::showCentre(const QString& name)
{
    const auto views = m_tab->page()->centreViews();
    const auto view = std::ranges::find(views, name, &QWidget::objectName);
    if (view == views.end())
        stopHere("There is no such view in the middle.");
    m_tab->page()->showView(*view);
    waitMs(1000);
}

QStringList ShownRun::centreNames() const
{
    QStringList names;
    for (const QWidget* view : m_tab->page()->centreViews())
        names << view->objectName();
    return names;
}

} // namespace bench
