// The parts of ECharts that the page uses; whatever is not named here is not in the page.
import * as core from "echarts/core";
import { BarChart, CustomChart, GraphChart, HeatmapChart, LineChart, LinesChart, SankeyChart, ScatterChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, LegendScrollComponent, LegendPlainComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";

core.use([BarChart, CustomChart, GraphChart, HeatmapChart, LineChart, LinesChart, SankeyChart, ScatterChart, DataZoomComponent, GridComponent, LegendScrollComponent,
  LegendPlainComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, LabelLayout, CanvasRenderer]);
export const { init } = core;
