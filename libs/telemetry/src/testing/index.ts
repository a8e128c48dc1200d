export { recordingTracer, type RecordingTracer } from './recording-tracer.ts';
