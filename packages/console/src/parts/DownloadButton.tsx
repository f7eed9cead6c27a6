/** A button that downloads a file and says why when it can't. */
import { DownloadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useSentence } from './ProblemAlert.tsx';

export const DownloadButton = ({
  label,
  fetchFile,
  disabled = false,
}: {
  readonly label: string;
  readonly fetchFile: () => Promise<void>;
  readonly disabled?: boolean;
}) => {
  const { message } = App.useApp();
  const sentence = useSentence();
  const fetching = useMutation({
    mutationFn: fetchFile,
    onError: (error) => void message.error(sentence(error), 6),
  });
  return (
    <Button
      icon={<DownloadOutlined />}
      disabled={disabled}
      loading={fetching.isPending}
      onClick={() => fetching.mutate()}
    >
      {label}
    </Button>
  );
};
