/** Asks for the file that a pipeline is begun in, and has the server begin it there. */
import * as vscode from 'vscode';
import type { Server } from './server.ts';

export interface CreatePipelineArgument {
  uri: string;
  pipeline: string;
}

export async function createPipeline(server: Server, argument: CreatePipelineArgument): Promise<void> {
  const { uri, pipeline } = argument;
  const { files } = (await server.ask('spine.createPipeline', { uri, pipeline })) ?? { files: [] };
  const items = files.map(file => ({
    label: `$(${file.new ? 'new-file' : 'file'}) ${vscode.workspace.asRelativePath(file.path)}`,
    description: file.new ? 'new file' : '',
    file: file.uri,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: `Create the pipeline ${pipeline}`,
    placeHolder: 'The file to write it into',
  });
  if (chosen) {
    await server.ask('spine.createPipeline', { uri, pipeline, file: chosen.file });
  }
}
