import '@/i18n/people';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router-dom';
import { templateQuery } from '@/api/mailings';
import { Problem } from '@/api/problem';
import { ErrorState, LoadingRows } from '@/components/ui/States';
import { TemplateEditor } from '@/features/mailings/TemplateEditor';

export function TemplatePage() {
  const { id = '' } = useParams();
  const isId = /^\d+$/.test(id);
  const template = useQuery({ ...templateQuery(Number(id)), enabled: isId });
  if (!isId) {
    const missing = { code: 'not_found', detail: '', attr: null };
    return <ErrorState error={new Problem({ status: 404, errors: [missing] })} />;
  }
  if (template.isError) return <ErrorState error={template.error} onRetry={() => template.refetch()} />;
  if (!template.data) return <LoadingRows rows={9} />;
  return <TemplateEditor key={template.data.id} template={template.data} />;
}
