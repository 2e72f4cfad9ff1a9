#include "gui/graph/graph_pipeline.h"

#include "gui/context/in_background.h"

namespace gui {

GraphPipeline::GraphPipeline(tracestore::TracePtr trace,
                             const QString& layoutProgram,
                             QObject* parent)
    : QObject(parent)
    , m_trace(std::move(trace))
    , m_layout(layoutProgram)
{
    m_growthPause.setSingleShot(true);
    m_growthPause.setInterval(400);
    connect(&m_growthPause, &QTimer::timeout, this, [this] {
        if (m_isUpdateWanted)
            update();
    });
    connect(&m_layout, &GraphLayout::finished, this, &GraphPipeline::onLaidOut);
}

void GraphPipeline::setTrace(tracestore::TracePtr trace)
{
    m_trace = std::move(trace);
    m_isOutdated = m_order > 0;
}

void GraphPipeline::update()
{
    if (!m_isOutdated)
        return;
    m_isUpdateWanted = m_isBusy || m_growthPause.isActive();
    if (m_isUpdateWanted)
        return;
    m_growthPause.start();
    refresh();
}

void GraphPipeline::setScope(const GraphScope& scope)
{
    if (scope == m_scope && m_source != nullptr)
        return;
    m_scope = scope;
    m_source.reset();
    refresh();
}

void GraphPipeline::setMode(FoldMode mode)
{
    if (mode == m_state.mode)
        return;
    m_state.mode = mode;
    refresh();
}

void GraphPipeline::setOpen(GraphKey key, bool isOpen)
{
    m_state.isOpen[key] = isOpen;
    refresh();
}

void GraphPipeline::setFonts(const GraphFonts& fonts)
{
    if (fonts.title == m_fonts.title && fonts.detail == m_fonts.detail)
        return;
    m_fonts = fonts;
    if (m_order > 0)
        refresh();
}

void GraphPipeline::refresh()
{
    m_isBusy = true;
    if (std::exchange(m_isOutdated, false))
        m_source.reset();
    const auto prepare = [trace = m_trace,
                          scope = m_scope,
                          source = m_source,
                          state = m_state,
                          fonts = m_fonts,
                          order = ++m_order] {
        Prepared prepared {.order = order};
        prepared.source = source != nullptr ? source : buildStepGraph(trace, scope);
        prepared.graph = foldGraph(prepared.source, state);
        prepared.cards = cardTexts(*prepared.graph, fonts);
        prepared.request = layoutRequest(*prepared.graph, prepared.cards);
        return prepared;
    };
    inBackground(this, prepare, [this](Prepared prepared) { onPrepared(std::move(prepared)); });
}

void GraphPipeline::onPrepared(Prepared prepared)
{
    if (prepared.order != m_order)
        return;
    m_source = prepared.source;
    m_laying = std::move(prepared);
    layout::Request request = std::exchange(m_laying.request, {});
    request.id = m_laidOut ? m_laidOut->request.id : 0;
    if (m_laidOut && m_laidOut->request == request)
        onLaidOut(*std::exchange(m_laidOut, {}));
    else
        m_layout.request(std::move(request));
}

void GraphPipeline::onLaidOut(const LayoutOutcome& outcome)
{
    // A newer graph may be under way: nobody wants this one any more.
    if (m_laying.order != m_order)
        return;
    m_laidOut = outcome;
    auto make = [laid = std::move(m_laying), outcome, fonts = m_fonts]() mutable {
        return std::make_shared<const GraphScene>(
            makeScene(std::move(laid.graph), std::move(laid.cards), outcome, fonts));
    };
    inBackground(this,
                 std::move(make),
                 [this, order = m_order](const std::shared_ptr<const GraphScene>& scene) {
                     deliver(scene, order);
                 });
}

void GraphPipeline::deliver(const GraphScenePtr& scene, std::uint64_t order)
{
    if (order != m_order)
        return;
    m_isBusy = false;
    emit sceneReady(scene);
    if (m_isUpdateWanted)
        update();
}

} // namespace gui
